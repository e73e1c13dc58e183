/* A main that makes orphans: reads "COUNT FLOOD" lines from stdin; for each, makes COUNT orphans
   of which FLOOD at a time end together, waits until PID 1 has reaped all, and prints "done". */
#include "spawn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long long patience_ns = 10000000000;

/* Runs in the middle process. An orphan lives until the gate is closed. */
static void breed(long flood, const int gate[2])
{
    for (long i = 0; i < flood; i++) {
        pid_t pid = fork();
        if (pid < 0)
            _exit(1);
        if (pid == 0) {
            char byte;
            close(gate[1]);
            _exit(read(gate[0], &byte, 1) != 0);
        }
    }
    _exit(0);
}

static void flood_once(long flood)
{
    int gate[2];
    if (pipe(gate) < 0)
        fail("pipe");
    pid_t middle = fork();
    if (middle < 0)
        fail("fork");
    if (middle == 0)
        breed(flood, gate);
    close(gate[0]);
    expect_success(middle, "orphans");
    close(gate[1]);
    long long deadline = now_ns() + patience_ns;
    /* -1 is all but PID 1 and the caller; a zombie counts, so this waits for the reaping. */
    while (kill(-1, 0) == 0) {
        if (now_ns() > deadline) {
            errno = ETIMEDOUT;
            fail("orphans were not reaped");
        }
        nanosleep(&(struct timespec){0, 20000}, NULL);
    }
}

int main(void)
{
    long count, flood;
    puts("ready");
    fflush(stdout);
    while (scanf("%ld %ld", &count, &flood) == 2 && flood > 0) {
        for (long made = 0; made < count; made += flood)
            flood_once(flood);
        puts("done");
        fflush(stdout);
    }
    return 0;
}
