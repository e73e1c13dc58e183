/* Times commands from clone to the end of wait, in turns.
   start child|pid1 TURNS COMMAND [::: COMMAND]...
   Prints one line a turn: nanoseconds of each command, in the order given. */
#include "spawn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COMMANDS = 32 };

int main(int argc, char **argv)
{
    char **commands[MAX_COMMANDS];
    long long took[MAX_COMMANDS];
    size_t order[MAX_COMMANDS];
    if (argc < 4)
        return 2;
    enum spawn_mode mode = strcmp(argv[1], "pid1") == 0 ? SPAWN_PID1 : SPAWN_CHILD;
    size_t turns = strtoul(argv[2], NULL, 10);
    size_t count = split_commands(argv + 3, commands, MAX_COMMANDS);
    for (size_t turn = 0; turn < turns; turn++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++) {
            size_t which = order[i];
            long long begin = now_ns();
            pid_t pid = spawn(commands[which], mode);
            expect_success(pid, commands[which][0]);
            took[which] = now_ns() - begin;
        }
        for (size_t i = 0; i < count; i++)
            printf("%lld%c", took[i], i + 1 < count ? ' ' : '\n');
    }
    return 0;
}
