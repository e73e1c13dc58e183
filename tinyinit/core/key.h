/* The keys of a contract's tables: their names, and what their values must be. */
#ifndef TINYINIT_KEY_H
#define TINYINIT_KEY_H

#include <stdbool.h>

#include "toml.h"

enum kind {
    KIND_SCALAR,
    KIND_NUMBER,
    KIND_COUNT,
    KIND_BOOLEAN,
    KIND_ACTION,
    KIND_STRING,
    KIND_STRINGS,
    KIND_CHOICES,
    KIND_NAMES,
};

struct key {
    char name[12];
    unsigned char kind;
};

/* Which of the keys has this name, else `count`. */
unsigned key_find(const struct key *keys, unsigned count, const char *name);

/* NULL if it is of the kind; else what it must be: "a number". */
const char *kind_misfit(enum kind kind, const struct toml_value *value);

/* Whether it is one of a variable. */
bool is_name(const char *text);

/* Which of the words it is, from 1 on; 0: none. Each ends with '\0', the last with two. */
unsigned word_find(const char *words, const char *text);

#endif
