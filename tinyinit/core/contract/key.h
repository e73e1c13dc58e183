/* What the keys of a contract's tables must be. */
#ifndef TINYINIT_KEY_H
#define TINYINIT_KEY_H

#include <stdbool.h>

#include "formats/toml_value.h"

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

/* What to do about a variable that is not declared. */
enum action { ACTION_WARN, ACTION_ERROR, ACTION_IGNORE };

/* NULL if it is of the kind; else what it must be: "a number". */
const char *kind_misfit(enum kind kind, const struct toml_value *value);

/* What a value of KIND_BOOLEAN says. */
bool boolean_value(const struct toml_value *value);

/* What a value of KIND_ACTION says. */
enum action action_value(const struct toml_value *value);

/* Whether it is one of a variable. */
bool is_name(const char *text);

#endif
