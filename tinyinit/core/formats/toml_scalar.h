/* What stands for itself in TOML: strings, numbers, true and false. What is wrong is
 * returned in words, else NULL. */
#ifndef TINYINIT_TOML_SCALAR_H
#define TINYINIT_TOML_SCALAR_H

#include "formats/toml_value.h"

/* Reads the string whose opening quote is at *at, and moves *at past the closing one. The text of
 * the string replaces its written form. */
const char *toml_string(char **at, struct toml_value *value);

/* Reads a number or a boolean from `word`, which stays where it is and is put in normal form: no
 * underscore, no plus sign before it. */
const char *toml_bare(char *word, struct toml_value *value);

#endif
