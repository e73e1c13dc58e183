/* The part of TOML that contracts are written in: one entry for each table and each key, in the
 * order of the file. Knows nothing of what they mean. */
#ifndef TINYINIT_TOML_H
#define TINYINIT_TOML_H

#include <stddef.h>

#include "formats/problem.h"
#include "formats/toml_value.h"

enum { TOML_DEPTH = 3 }; /* parts of a table's name that are kept; more are counted */

struct toml_entry {
    struct toml_entry *next;
    unsigned line;
    const char *key; /* NULL: the head of a table, to which the keys after it belong */
    const char *table[TOML_DEPTH]; /* of a head: {"var", "APP_PORT", NULL} */
    unsigned depth; /* of a head: how many parts the table's name has */
    struct toml_value value; /* of a key */
};

/* Reads `text`, which stays where it is. Returns the first entry or NULL; what is wrong goes to
 * `problems`, all of it, and reading goes on with the next line. */
struct toml_entry *toml_read(const char *text, size_t length, struct problems *problems);

#endif
