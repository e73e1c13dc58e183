/* The options of PID 1 that a contract's table [init] sets. */
#ifndef TINYINIT_INIT_H
#define TINYINIT_INIT_H

#include "formats/problem.h"
#include "formats/toml.h"

/* Takes one key into `options`, a struct options. What is wrong with it goes to `problems`. */
void init_take_key(void *options, const struct toml_entry *entry, struct problems *problems);

#endif
