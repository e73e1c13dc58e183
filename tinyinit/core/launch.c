#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "path.h"
#include "value.h"

#include "startup_only.h"

static const char listen_pid[] = "LISTEN_PID=";

/* Socket activation: the pid says for whom the sockets are. If it says us, it means main. The old
 * string may be too short for the new pid, so the environment gets another; it is the child's under
 * fork, and under vfork it is shared with a parent that never reads it again. */
static void pass_listen_pid(char **envp, pid_t parent)
{
    static char entry[sizeof listen_pid + 10];
    uint64_t pid;
    for (; *envp; envp++) {
        if (strncmp(*envp, listen_pid, sizeof listen_pid - 1) != 0)
            continue;
        if (!parse_number(*envp + sizeof listen_pid - 1, &pid) || pid != (uint64_t)parent)
            continue;
        char *end = entry + sizeof entry - 1;
        for (pid_t rest = getpid(); rest; rest /= 10)
            *--end = (char)('0' + rest % 10);
        *envp = memcpy(end - (sizeof listen_pid - 1), listen_pid, sizeof listen_pid - 1);
    }
}

/* What parent and child tell each other. */
struct handover {
    struct launch_error *failure;
    pid_t parent;
    int report; /* the close-on-exec end of the pipe */
    volatile bool shared; /* the child's memory is the parent's */
};

_Noreturn static void become_main(const struct launch *launch, struct handover *handover)
{
    handover->shared = true;
    setpgid(0, 0);
    /* SIGTTOU is still blocked, or this would stop a group that is not in the foreground. */
    if (launch->foreground)
        tcsetpgrp(STDIN_FILENO, getpid());
    pass_listen_pid(launch->envp, handover->parent);
    /* Last: from here on a signal acts on main, as it would without us. */
    signals_restore(launch->signals);
    int error = path_exec(launch->argv[0], path_of(launch->envp), launch->argv, launch->envp);
    *handover->failure = (struct launch_error){STAGE_EXEC, error};
    ssize_t written = write(handover->report, handover->failure, sizeof *handover->failure);
    _exit(written > 0 ? 127 : 125);
}

static pid_t fail(struct launch_error *failure, enum launch_stage stage)
{
    *failure = (struct launch_error){stage, errno};
    return -1;
}

pid_t launch(const struct launch *launch, struct launch_error *failure)
{
    int report[2];
    *failure = (struct launch_error){.error = 0};
    if (pipe2(report, O_CLOEXEC) != 0)
        return fail(failure, STAGE_PIPE);
    struct handover handover = {.failure = failure, .parent = getpid(), .report = report[1]};
    /* vfork where there is one (elsewhere the C library forks): no page tables to copy. The parent
     * stands still until the exec, so no signal can reach main's pid from us before it. */
    pid_t pid = vfork();
    if (pid == 0)
        become_main(launch, &handover);
    if (pid < 0)
        fail(failure, STAGE_FORK);
    close(report[1]);
    /* Under fork: wait for end of file, when the exec closes the other end. Under vfork the exec is
     * over and a failure is in our memory; the read would still wait, because the kernel lets us go
     * on before it closes that end. By now the child has set its group: the parent need not. */
    if (pid > 0 && !handover.shared && read(report[0], failure, sizeof *failure) < 0)
        failure->error = 0;
    close(report[0]);
    return failure->error ? -1 : pid;
}
