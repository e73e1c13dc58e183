/* Reads all that tinyinit was told: flags, and TINYINIT_* variables below them. */
#ifndef TINYINIT_READ_H
#define TINYINIT_READ_H

#include "base/startup.h"
#include "command/command_line.h"

/* Reads the command line and the environment; reports what is wrong with them. Messages are as they
 * say from then on. */
NOT_INLINED void options_read(struct command_line *command, char **argv, char **envp);

/* The same once more, on top of what command->options has. */
void options_apply(struct command_line *command);

#endif
