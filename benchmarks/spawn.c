#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

_Noreturn void fail(const char *what)
{
    fprintf(stderr, "benchmarks: %s: %s\n", what, strerror(errno));
    exit(1);
}

long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void spawn_urgently(void)
{
    /* musl's own sched_setscheduler only fails: POSIX means processes, Linux threads. */
    syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
}

static int stderr_of_child = -1;

void spawn_quietly(void)
{
    stderr_of_child = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (stderr_of_child < 0)
        fail("/dev/null");
}

static int child(void *argument)
{
    char **argv = argument;
    if (stderr_of_child >= 0)
        dup2(stderr_of_child, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(argv[0], argv);
    _exit(127);
}

pid_t spawn(char **argv, enum spawn_mode mode)
{
    static _Alignas(16) char stack[16384];
    int flags = SIGCHLD;
    if (mode != SPAWN_PID1_AT_ONCE)
        flags |= CLONE_VM | CLONE_VFORK;
    if (mode != SPAWN_CHILD)
        flags |= CLONE_NEWPID;
    pid_t pid = clone(child, stack + sizeof stack, flags, argv);
    if (pid < 0 && errno == EPERM && mode != SPAWN_CHILD)
        pid = clone(child, stack + sizeof stack, flags | CLONE_NEWUSER, argv);
    if (pid < 0)
        fail(mode == SPAWN_CHILD ? "clone"
                                 : "a new PID namespace (root or user namespaces needed)");
    return pid;
}

void expect_success(pid_t pid, const char *program)
{
    int status;
    if (waitpid(pid, &status, 0) != pid)
        fail("waitpid");
    if (status != 0) {
        fprintf(stderr, "benchmarks: %s ended with wait status 0x%04x, expected 0\n", program,
                (unsigned)status);
        exit(1);
    }
}

void stop(pid_t pid)
{
    kill(pid, SIGKILL);
    if (waitpid(pid, NULL, 0) != pid)
        fail("waitpid");
}

size_t split_commands(char **argv, char ***commands, size_t max)
{
    size_t count = 0;
    char **start = argv;
    for (char **word = argv;; word++) {
        if (*word && strcmp(*word, ":::") != 0)
            continue;
        int last = !*word;
        *word = NULL;
        if (count == max || word == start) {
            errno = EINVAL;
            fail("commands");
        }
        commands[count++] = start;
        start = word + 1;
        if (last)
            return count;
    }
}

void shuffle(size_t *order, size_t count)
{
    static unsigned long long state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t other = (state >> 33) % (i + 1);
        order[i] = order[other];
        order[other] = i;
    }
}
