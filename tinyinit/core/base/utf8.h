/* Characters of UTF-8. */
#ifndef TINYINIT_UTF8_H
#define TINYINIT_UTF8_H

#include <stddef.h>

/* The length of the UTF-8 character at `text`, 0 if there is none. */
size_t utf8_length(const char *text, const char *end);

#endif
