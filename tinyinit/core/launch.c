#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "environment.h"
#include "message.h"
#include "path.h"
#include "rlimits.h"
#include "stack.h"
#include "user.h"
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

enum { CANNOT_WORK = 125, ADDED_VARIABLES = 2 };

enum stage { STAGE_PIPE, STAGE_FORK, STAGE_LIMITS, STAGE_USER, STAGE_PRIVILEGES, STAGE_EXEC };

struct failure {
    enum stage stage;
    int error; /* an errno */
    int limit; /* which, of STAGE_LIMITS */
};

/* What the child needs, all found out before it is there. */
struct plan {
    const struct launch *launch;
    const struct user *user; /* NULL: as we are */
    const struct limits *limits;
    char **envp;
    pid_t parent;
    int report; /* the close-on-exec end of the pipe */
    struct failure *failure;
    volatile bool shared; /* the child's memory is the parent's */
};

static struct failure become_main(const struct plan *plan)
{
    const struct launch *launch = plan->launch;
    int error, limit;
    setpgid(0, 0);
    /* SIGTTOU is still blocked, or this would stop a group that is not in the foreground. */
    if (launch->foreground)
        tcsetpgrp(STDIN_FILENO, getpid());
    pass_listen_pid(plan->envp, plan->parent);
    /* Before the user: to raise a limit takes what root has. */
    if ((error = limits_apply(plan->limits, &limit)) != 0)
        return (struct failure){STAGE_LIMITS, error, limit};
    if (plan->user && (error = user_become(plan->user)) != 0)
        return (struct failure){STAGE_USER, error, 0};
    if (launch->options->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return (struct failure){STAGE_PRIVILEGES, errno, 0};
    /* Last: from here on a signal acts on main, as it would without us. */
    signals_restore(launch->signals);
    error = path_exec(launch->argv[0], path_of(plan->envp), launch->argv, plan->envp);
    return (struct failure){STAGE_EXEC, error, 0};
}

_Noreturn static void child(struct plan *plan)
{
    plan->shared = true;
    *plan->failure = become_main(plan);
    ssize_t written = write(plan->report, plan->failure, sizeof *plan->failure);
    _exit(written > 0 ? 127 : 125);
}

static int explain(const struct plan *plan)
{
    const struct failure *failure = plan->failure;
    const char *program = plan->launch->argv[0], *call = "fork";
    switch (failure->stage) {
    case STAGE_LIMITS:
        return limits_explain(plan->limits, failure->limit, failure->error);
    case STAGE_USER:
        return user_explain(plan->launch->options->user, failure->error);
    case STAGE_EXEC:
        return path_explain(program, path_of(plan->envp), failure->error);
    case STAGE_PIPE:
        call = "pipe";
        break;
    case STAGE_FORK:
        break;
    case STAGE_PRIVILEGES:
        call = "no_new_privs";
        break;
    }
    SAY(LEVEL_ERROR, "cannot_start", "cannot start {program}: {call}: {error}",
        TEXT("program", program), TEXT("call", call), TEXT("error", strerror(failure->error)));
    return CANNOT_WORK;
}

static pid_t start(struct plan *plan)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        *plan->failure = (struct failure){STAGE_PIPE, errno, 0};
        return -1;
    }
    plan->report = report[1];
    /* vfork where there is one (elsewhere the C library forks): no page tables to copy. The parent
     * stands still until the exec, so no signal can reach main's pid from us before it. */
    pid_t pid = vfork();
    if (pid == 0)
        child(plan);
    if (pid < 0)
        *plan->failure = (struct failure){STAGE_FORK, errno, 0};
    close(report[1]);
    /* Under fork: wait for end of file, when the exec closes the other end. Under vfork the exec is
     * over and a failure is in our memory; the read would still wait, because the kernel lets us go
     * on before it closes that end. By now the child has set its group: the parent need not. */
    if (pid > 0 && !plan->shared && read(report[0], plan->failure, sizeof *plan->failure) < 0)
        plan->failure->error = 0;
    close(report[0]);
    return plan->failure->error ? -1 : pid;
}

/* ---- what comes before the fork ----
 *
 * What only some runs need has a function of its own, not inlined: its variables are large, and the
 * pages of a stack that nobody touches cost nothing. */

__attribute__((noinline)) static pid_t start_preloaded(struct plan *plan)
{
    char entry[PRELOAD_SIZE];
    if (stack_preload(plan->envp, entry))
        environment_put(plan->envp, entry);
    return start(plan);
}

static pid_t start_with_stacks(struct plan *plan)
{
    const struct launch *launch = plan->launch;
    if (launch->options->preload && stack_is_musls(launch->argv[0], path_of(plan->envp)))
        return start_preloaded(plan);
    return start(plan);
}

__attribute__((noinline)) static pid_t start_as_user(struct plan *plan, int *exit_code)
{
    struct user user;
    *exit_code = user_find(plan->launch->options->user, environment_get(plan->envp, "HOME"), &user);
    if (*exit_code)
        return -1;
    if (user.sets_home)
        environment_put(plan->envp, user.home);
    plan->user = &user;
    /* Changing its user makes the child's memory private, and under vfork that is ours. */
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    pid_t pid = start_with_stacks(plan);
    prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
    if (pid > 0)
        user_keep_kill(&user);
    return pid;
}

pid_t launch(const struct launch *launch, int *exit_code)
{
    const struct options *options = launch->options;
    /* With the variables that are added. No longer than what the kernel has put on this stack. */
    size_t count = environment_count(launch->envp);
    char *envp[count + ADDED_VARIABLES + 1];
    memcpy(envp, launch->envp, (count + 1) * sizeof *envp);
    struct limits limits = options->limits;
    struct failure failure = {.error = 0};
    struct plan plan = {
        .launch = launch, .limits = &limits, .envp = envp, .parent = getpid(), .failure = &failure};
    *exit_code = 0;
    if (options->stack_size)
        limits_set_stack(&limits, options->stack_size);
    pid_t pid = options->user ? start_as_user(&plan, exit_code) : start_with_stacks(&plan);
    if (pid < 0 && *exit_code == 0)
        *exit_code = explain(&plan);
    return pid;
}
