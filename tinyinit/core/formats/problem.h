/* What is wrong with a contract, an env file or the environment: a list, told all at once. */
#ifndef TINYINIT_PROBLEM_H
#define TINYINIT_PROBLEM_H

#include <stdbool.h>

#include "base/message.h"

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

/* Adds one at a line of problems->file. The templates are message.h's, their fields' names may be
 * empty: "{}" text, "{'}" quoted, "{#}" a number. */
void problem_at(struct problems *problems, unsigned line_number, const char *template, ...);

/* Adds one whose text is what `line` has. What else is known of it is for the caller to say. */
struct problem *problem_add(struct problems *problems, bool is_warning,
                            const struct buffer *buffer);

#endif
