/* Starts programs, as a plain child or as PID 1 of a new PID namespace, and reads the clock.
   Whatever goes wrong ends the benchmark with one line on stderr. */
#ifndef SPAWN_H
#define SPAWN_H

#include <stddef.h>
#include <sys/types.h>

enum spawn_mode {
    SPAWN_CHILD, /* a plain child; returns once it has begun to exec, as vfork does */
    SPAWN_PID1, /* PID 1 of a new PID namespace, the same way */
    SPAWN_PID1_AT_ONCE, /* the same, but returns as soon as the process exists */
};

/* Nanoseconds of CLOCK_MONOTONIC, which all PID namespaces share. */
long long now_ns(void);

/* Starts argv[0], which must be a path, and returns its PID as seen from here. It is killed when
   the caller ends. Without the right to make a PID namespace, a user namespace is made with it. */
pid_t spawn(char **argv, enum spawn_mode mode);

/* From now on the caller and what it spawns run before all else, if that is allowed: a time from
   spawn on would otherwise hold the turns of whatever else the machine does. */
void spawn_urgently(void);

/* From now on what is spawned has no stderr to complain on. */
void spawn_quietly(void);

/* Waits for pid and ends the benchmark unless it exited with 0. */
void expect_success(pid_t pid, const char *program);

/* Kills pid, and with a PID 1 its namespace, and waits for it. */
void stop(pid_t pid);

/* Splits argv at each ":::" in place; writes at most max commands, returns how many there are. */
size_t split_commands(char **argv, char ***commands, size_t max);

/* Puts 0 to count - 1 into order, differently each time: in a fixed order each command would always
   pay for what the same one before it has left in the caches. The same in every run. */
void shuffle(size_t *order, size_t count);

_Noreturn void fail(const char *what);

#endif
