/* The part of regular expressions that POSIX and Python read alike, matched in linear time. */
#ifndef TINYINIT_PATTERN_H
#define TINYINIT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/* NULL and what is wrong with it ("has an unclosed group", …), if it is outside of that part. The
 * text is UTF-8, ends with '\0' and has none inside, and is read again when values are matched. */
const struct pattern *pattern_compile(const char *text, size_t length, const char **problem);

/* Whether the whole of `value`, which is such a text too, matches. */
bool pattern_matches(const struct pattern *pattern, const char *value);

#endif
