/* What tinyinit was told: flags, and TINYINIT_* variables below them. Every wrong one is reported,
 * all at once. */
#ifndef TINYINIT_OPTIONS_H
#define TINYINIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"
#include "signals.h"

struct options {
    enum level log_level;
    bool group; /* signals go to main's whole group */
    unsigned char rewrite[SIGNAL_MAX + 1]; /* what main gets for a signal; 0: nothing */
    int stop_signal; /* 0: none */
    int parent_death; /* signal for main when our parent dies; 0: none */
    int64_t drain_ms; /* 0: off */
    int64_t stop_timeout_ms; /* 0: off */
    int64_t grace_ms;
    uint64_t success[4]; /* bit per exit code that becomes 0 */
};

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
