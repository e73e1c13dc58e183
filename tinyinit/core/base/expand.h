/* $(NAME) in a text, as Kubernetes writes it in arguments. */
#ifndef TINYINIT_EXPAND_H
#define TINYINIT_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is a "$(" or a "$$" in it. */
bool expand_is_needed(const char *text);

/* A name that has no value: a part of the text that was to be expanded. */
struct unknown_name {
    const char *text; /* NULL: none */
    size_t length;
};

/* Returns `text` with each $(NAME) replaced by the value of that variable, "$$" by "$", in the
 * arena. A "$(" that is never closed and a "$" before anything else stay as they are. If a name has
 * no value, returns NULL and the first such name in `unknown`. What was put in is not expanded
 * again. */
const char *expand(const char *text, char *const *envp, struct unknown_name *unknown);

#endif
