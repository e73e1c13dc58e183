/* Main's start: what has to be known before the fork, and the child's side from there to its exec.
 */
#ifndef TINYINIT_LAUNCH_H
#define TINYINIT_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/startup.h"
#include "pid1/options.h"
#include "pid1/signals.h"

struct launch {
    struct options *options;
    char **argv;
    char **envp;
    const struct inherited_signals *signals; /* what main gets back */
    bool in_place; /* without a fork: this process becomes main */
    bool foreground; /* main's group takes the terminal on stdin */
};

/* Starts main, or becomes it and does not return. Returns its pid, else, after saying why not,
 * the exit code with a minus. Where vfork is a fork a failed exec is said all the same, but by a
 * main that then exits with that code. */
NOT_INLINED pid_t launch(const struct launch *launch);

#endif
