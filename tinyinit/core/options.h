/* What tinyinit was told: flags, and TINYINIT_* variables below them. Every wrong one is reported,
 * all at once. */
#ifndef TINYINIT_OPTIONS_H
#define TINYINIT_OPTIONS_H

#include <stdbool.h>

#include "setting.h"

enum request { REQUEST_RUN, REQUEST_HELP, REQUEST_VERSION, REQUEST_WRONG };

struct command_line {
    enum request request;
    struct options options;
    char **program; /* what is left of argv: the program and its arguments */
    bool after_dashes; /* `--` stood before it: it is a program, whatever its name */
    bool has_options; /* flags stood before it */
};

/* Reads the command line and the environment; reports what is wrong with them. */
void options_read(struct command_line *line, char **argv, char **envp);

#endif
