/* Called by another init's name, the file takes that init's options, variables and defaults: an
 * image changes what lies at /sbin/tini, and no command line. */
#ifndef TINYINIT_PEER_H
#define TINYINIT_PEER_H

#include "command/command_line.h"

/* Whose name `path` ends in; one that goes on after a dash (tini-static) is the same. */
enum peer peer_of(const char *path);

/* Sets what the init does unless it is told otherwise, and what its variables say. */
void peer_set_defaults(struct command_line *command);

/* Reads the options as the init does, up to the program or what is wrong. */
void peer_read_flags(struct command_line *command);

/* Prints the init's version or what it is here. Returns the exit code. */
int peer_print(const struct command_line *command);

/* What the init exits with where tinyinit itself would exit with `code`. */
int peer_code(enum peer peer, int code);

/* What does here what `letter` does in another init, else NULL. */
const char *peer_advice(char letter);

#endif
