/* What the keys of a contract's tables must be, and lists of words, like their names. */
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
    KIND_NAMES,
    KIND_CHOICES,
};

/* NULL if it is of the kind; else what it must be: "a number". */
const char *kind_misfit(enum kind kind, const struct toml_value *value);

/* Whether it is one of a variable. */
bool is_name(const char *text);

/* Words one after the other, each with its '\0', and an empty one behind them: which of them it is,
 * from 1 on; 0: none. */
unsigned word_find(const char *words, const char *text);

/* The word that has `number` before it. */
const char *word_at(const char *words, unsigned number);

#endif
