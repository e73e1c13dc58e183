/* Runs a command as PID 1 of a new PID namespace, which ends with it.
   launch FD COMMAND... writes the PID to FD, then waits. */
#include "spawn.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int report = atoi(argv[1]);
    fcntl(report, F_SETFD, FD_CLOEXEC);
    pid_t pid = spawn(argv + 2, SPAWN_PID1);
    dprintf(report, "%d\n", pid);
    waitpid(pid, NULL, 0);
    return 0;
}
