/* Signals by number and by name, and the raw system calls on whole sets: the C library's own hide
 * signals 32 to 34, which other programs use. */
#ifndef TINYINIT_SIGNALS_H
#define TINYINIT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { SIGNAL_MAX = 64 };

/* All 64, bit n-1 for signal n. */
#define ALL_SIGNALS UINT64_MAX

struct inherited_signals {
    uint64_t mask;
    bool child_ignored; /* SIGCHLD was ignored */
};

/* Blocks every signal and takes SIGCHLD back to its default; says how both were before. */
struct inherited_signals signals_take(void);

/* The opposite, for a process that is about to become another program. */
void signals_restore(const struct inherited_signals *inherited);

/* Blocks these and no others. Returns those that were blocked before. */
uint64_t signals_block(uint64_t set);

/* Waits for any signal. `timeout_ms` < 0: for ever. Returns the signal, or 0 if the time is up or
 * it was stopped and continued. */
int signals_wait(siginfo_t *info, int64_t timeout_ms);

/* Sends with the value of `info`, if it carries one. Returns 0 or -1 with errno. */
int signals_send(pid_t pid, int sig, const siginfo_t *info);

enum { SIGNAL_NAME_SIZE = 32 }; /* with room to make a number in */

/* "SIGTERM", "SIGRTMIN+3" (as docker counts: SIGRTMIN is 34), else "signal 32". */
const char *signal_name(int sig, char buffer[SIGNAL_NAME_SIZE]);

/* A name with or without SIG, in any case, or a number from 1 to 64. 0 if it is neither. */
int signal_number(const char *text);

#endif
