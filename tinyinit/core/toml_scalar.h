/* What stands for itself in TOML: escapes of strings, numbers, true and false. What is wrong is
 * returned in words, else NULL. */
#ifndef TINYINIT_TOML_SCALAR_H
#define TINYINIT_TOML_SCALAR_H

#include <stddef.h>

#include "toml.h"

/* Puts characters in the place of the escapes of a basic string, which has no lone backslash at its
 * end. */
const char *toml_unescape(char *text, size_t *length);

/* Reads a number or a boolean from `word`, which stays where it is and is put in normal form: no
 * underscore, no plus sign before it. */
const char *toml_word(char *word, struct toml_value *value);

#endif
