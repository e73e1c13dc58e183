/* What a listener and the one who signals it share: a mapped file, and a wait for news on it. */
#ifndef BOARD_H
#define BOARD_H

#include <stdatomic.h>

struct board {
    atomic_uint count; /* 1 when the listener is ready, then one more for each signal */
    atomic_uint seen; /* bit n for each signal n below 32 that came */
    long long stamp; /* CLOCK_MONOTONIC in nanoseconds when the last signal came */
};

/* Maps the file, which is made if need be. */
struct board *board_open(const char *path);

/* Sleeps until count is no longer old; at most the given time. Returns the new count. */
unsigned board_wait(struct board *board, unsigned old, long long timeout_ns);

/* Adds one to count and wakes who waits. */
void board_post(struct board *board);

#endif
