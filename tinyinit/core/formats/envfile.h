/* The strict dialect of env files: what other readers read differently is a problem. */
#ifndef TINYINIT_ENVFILE_H
#define TINYINIT_ENVFILE_H

#include <stddef.h>

#include "formats/problem.h"

struct env_entry {
    struct env_entry *next;
    const char *name;
    char *value; /* ends with '\0' and has none inside */
    size_t length;
    unsigned line; /* where it begins */
};

/* Reads `text`. Returns the first line or NULL; what is wrong goes to `problems`, all of it. */
struct env_entry *envfile_read(const char *text, size_t length, struct problems *problems);

#endif
