/* What the contract has to do with a start: it is read, it sets options, the environment is checked
 * against it, and all that is wrong is told. */
#ifndef TINYINIT_LOAD_H
#define TINYINIT_LOAD_H

#include "base/startup.h"
#include "command/command_line.h"

/* Puts main's environment into command->envp, which then lies in the arena, and the options of
 * [init] below those of the command line and the environment into command->options. Returns 0, or
 * the exit code after saying why. Without a contract it does nothing. */
NOT_INLINED int load(struct command_line *command);

#endif
