/* Standard output, for what a user asks for; messages go to stderr. */
#ifndef TINYINIT_OUTPUT_H
#define TINYINIT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of it. False if that is not possible. */
bool output_write(const char *text, size_t length);

#endif
