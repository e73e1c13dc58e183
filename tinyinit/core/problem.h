/* What is wrong with a contract, an env file or the environment: a list, told all at once. */
#ifndef TINYINIT_PROBLEM_H
#define TINYINIT_PROBLEM_H

#include <stdbool.h>

struct line;

struct problem {
    struct problem *next;
    const char *variable; /* NULL: a problem of `file` */
    const char *file; /* where the value or the mistake is; NULL: the process environment */
    unsigned line; /* 0: none */
    bool is_warning;
    const char *text;
};

struct problems {
    struct problem *first, *last;
    unsigned count; /* without the warnings */
    const char *file; /* the one that is being read */
};

/* Adds one at a line of problems->file. The templates are message.h's, their fields' names may be
 * empty: "{}" text, "{'}" quoted, "{#}" a number. */
void problem_at(struct problems *problems, unsigned line_number, const char *template, ...);

/* Adds a copy of `problem` whose text is what `line` has. */
void problem_add(struct problems *problems, const struct problem *problem, const struct line *line);

#endif
