/* The command line under tinyinit's own name. */
#ifndef TINYINIT_FLAGS_H
#define TINYINIT_FLAGS_H

#include "command/command_line.h"

/* Reads the flags, with a word among them that comes before the program, up to that or what is
 * wrong. */
void flags_read(struct command_line *command);

/* Refuses flags and words that do not go together. */
void flags_fit_word(struct command_line *command);

#endif
