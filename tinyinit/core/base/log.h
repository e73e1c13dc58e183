/* The log: what stderr is, written to without ever waiting for who shares it. */
#ifndef TINYINIT_LOG_H
#define TINYINIT_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum { LINE_SIZE = 4096 /* PIPE_BUF: a line up to this long is written whole or not at all */ };

/* Writes the text, a line of up to LINE_SIZE in one piece. False if it was not written: the log is
 * full, closed or cannot be written without the danger of waiting for ever. */
bool log_write(const char *text, size_t length);

/* While main runs (not patient) a full log must not hold PID 1 up: what does not fit is not
 * written. At other times a reader that is merely slow is waited for, up to a second in all. */
void log_set_patient(bool patient);

#endif
