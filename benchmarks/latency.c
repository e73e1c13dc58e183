/* Times a signal from kill to main, through inits that all run at once as PID 1, in turns.
   latency TURNS COMMAND [::: COMMAND]...
   The last word of each command is the board of its listener.
   Prints one line a turn: nanoseconds for each command, in the order given. */
#include "board.h"
#include "spawn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_COMMANDS = 32 };

static const long long patience_ns = 5000000000;

struct run {
    pid_t pid;
    struct board *board;
    long long took;
};

static void start(struct run *run, char **command)
{
    char **last = command;
    while (last[1])
        last++;
    run->board = board_open(*last);
    run->pid = spawn(command, SPAWN_PID1);
    if (board_wait(run->board, 0, patience_ns) == 0) {
        errno = ETIMEDOUT;
        fail(command[0]);
    }
}

static void signal_once(struct run *run, const char *program)
{
    /* Long enough for all to be asleep again, as they are when a real signal comes. */
    nanosleep(&(struct timespec){0, 500000}, NULL);
    unsigned count = atomic_load(&run->board->count);
    long long begin = now_ns();
    kill(run->pid, SIGUSR1);
    if (board_wait(run->board, count, patience_ns) == count) {
        errno = ETIMEDOUT;
        fail(program);
    }
    run->took = run->board->stamp - begin;
}

int main(int argc, char **argv)
{
    char **commands[MAX_COMMANDS];
    struct run runs[MAX_COMMANDS];
    size_t order[MAX_COMMANDS];
    if (argc < 3)
        return 2;
    size_t turns = strtoul(argv[1], NULL, 10);
    size_t count = split_commands(argv + 2, commands, MAX_COMMANDS);
    for (size_t i = 0; i < count; i++)
        start(&runs[i], commands[i]);
    for (size_t turn = 0; turn < turns; turn++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++)
            signal_once(&runs[order[i]], commands[order[i]][0]);
        for (size_t i = 0; i < count; i++)
            printf("%lld%c", runs[i].took, i + 1 < count ? ' ' : '\n');
    }
    for (size_t i = 0; i < count; i++)
        stop(runs[i].pid);
    return 0;
}
