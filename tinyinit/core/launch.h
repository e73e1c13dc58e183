/* The child's side: from the fork to main's exec. What fails there comes back with its stage. */
#ifndef TINYINIT_LAUNCH_H
#define TINYINIT_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "signals.h"

struct launch {
    char **argv;
    char **envp;
    const struct inherited_signals *signals; /* what main gets back */
    bool foreground; /* main's group takes the terminal on stdin */
};

enum launch_stage { STAGE_PIPE, STAGE_FORK, STAGE_EXEC };

struct launch_error {
    enum launch_stage stage;
    int error; /* an errno */
};

/* Starts main. Returns its pid when its exec has succeeded, else -1 and the error. */
pid_t launch(const struct launch *launch, struct launch_error *failure);

#endif
