/* A value of TOML: a string, a number, true or false, or an array of them. */
#ifndef TINYINIT_TOML_VALUE_H
#define TINYINIT_TOML_VALUE_H

#include <stddef.h>

enum toml_kind { TOML_STRING, TOML_INTEGER, TOML_FLOAT, TOML_BOOLEAN, TOML_ARRAY };

struct toml_value {
    enum toml_kind kind;
    unsigned line;
    const char *text; /* of a string what it says, of an array nothing, else as it is written, but
                         without underscores and plus sign before it; ends with '\0' */
    size_t length;
    struct toml_value *items; /* of an array: the first */
    size_t count;
    struct toml_value *next; /* the next item of the same array */
};

#endif
