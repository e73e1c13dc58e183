/* What the readers of text files share. They read line by line: scan_line() has looked at every
 * byte of a line before a reader does. */
#ifndef TINYINIT_SCAN_H
#define TINYINIT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the UTF-8 character at `text`, 0 if there is none. */
size_t utf8_length(const char *text, const char *end);

/* `text`, or what is behind the byte order mark that it begins with. */
const char *scan_start(const char *text, const char *end);

/* The end of the line that begins at `text`: its '\n', or `end`. *problem says what is in it that
 * no text file has, else it is NULL. */
const char *scan_line(const char *text, const char *end, const char **problem);

bool scan_is_digit(char byte);

/* Whether it is an ASCII letter or '_'. */
bool scan_is_letter(char byte);

#endif
