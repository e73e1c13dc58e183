/* The terminal on stdin, if there is one, and job control between an outer shell and main. */
#ifndef TINYINIT_TERMINAL_H
#define TINYINIT_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

struct terminal {
    bool present; /* stdin is our controlling terminal */
    bool foreground; /* and our group had the foreground: main's group gets it */
};

/* No terminal, a closed stdin or somebody else's terminal is no error: nothing is present. */
struct terminal terminal_look(void);

/* Main has been stopped by SIGTSTP, SIGTTIN or SIGTTOU: stop as well, so that the outer shell
 * notices, unless main only asked for what we can give it. Returns when we are continued, or at
 * once if nobody could continue us. */
void terminal_main_stopped(pid_t main_group, int sig);

/* We have been continued: main too, and in the foreground if we are. */
void terminal_continue(pid_t main_group);

/* Gives `group` the foreground. */
void terminal_give(pid_t group);

/* Takes the foreground back from main's group, if it still has it. */
void terminal_take_back(pid_t main_group);

#endif
