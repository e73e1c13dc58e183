/* What is wrong with a contract, an env file or the environment: a list, told all at once. */
#ifndef TINYINIT_PROBLEM_H
#define TINYINIT_PROBLEM_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/buffer.h"

struct problem {
    struct problem *next;
    const char *variable; /* NULL: a problem of `file` */
    const char *file; /* where the value or the mistake is; NULL: the process environment */
    unsigned line; /* 0: none */
    const char *text;
};

struct problems {
    struct problem *first, *last, *first_warning, *last_warning;
    unsigned count; /* without the warnings */
    const char *file; /* the one that is being read */
};

/* Adds one at a line of problems->file. The templates are those of buffer.h; their fields need no
 * names: "{}" is a text, "{'}" a quoted one, "{#}" a number. */
void problem_at(struct problems *problems, unsigned line, const char *template, ...);
void problem_format(struct problems *problems, unsigned line, const char *template, va_list fields);

/* The text of one, in the arena. */
const char *problem_text(const char *template, ...);

/* Adds one with this text. The caller says what else is known of it. */
struct problem *problem_add(struct problems *problems, bool is_warning, const struct buffer *text);

#endif
