/* The environment that main gets: an array of "NAME=value" with a NULL at its end. */
#ifndef TINYINIT_ENVIRONMENT_H
#define TINYINIT_ENVIRONMENT_H

#include <stddef.h>

/* The value of the first entry of this name, as getenv() finds it, else NULL. */
const char *environment_get(char *const *envp, const char *name);

size_t environment_count(char *const *envp);

/* Puts `entry` in the place of the entry with its name, or after the last one, where there must be
 * room for it. */
void environment_put(char **envp, char *entry);

#endif
