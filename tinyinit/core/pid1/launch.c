#include "pid1/launch.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/message.h"
#include "base/value.h"
#include "pid1/path.h"
#include "pid1/rlimits.h"
#include "pid1/stack.h"
#include "pid1/terminal.h"
#include "pid1/user.h"

#include "base/startup_only.h"

enum { ADDED_VARIABLES = 2 };

/* What the child needs, all found out before it is there. */
struct plan {
    const struct launch *launch;
    const struct user *user; /* NULL: as we are */
    char **envp;
    const char *program;
    pid_t parent;
    volatile int refused; /* the exit code, if main could not be started */
};

/* Socket activation: the pid says for whom the sockets are. If it says us, it means main. The entry
 * is static, because main's exec reads it, and the child's own: under vfork the parent shares it
 * and never reads it. */
static void pass_listen_pid(const struct plan *plan)
{
    static const char name[] = "LISTEN_PID=";
    enum { LENGTH = sizeof name - 1 };
    static char entry[LENGTH + NUMBER_SIZE];
    const char *meant = environment_get(plan->envp, "LISTEN_PID");
    if (!meant || parse_up_to(meant, INT_MAX) != plan->parent)
        return;
    /* The number is at the end of its buffer, so the name comes last, right before it. */
    char *digits = number_text((uint64_t)getpid(), entry + LENGTH);
    environment_put(plan->envp, memcpy(digits - LENGTH, name, LENGTH));
}

static int refuse_start(const struct plan *plan, const char *call)
{
    say(LEVEL_ERROR, "cannot_start", "cannot start {program}: {call}: {error}", plan->program, call,
        error_text(errno));
    return CANNOT_WORK;
}

/* Does not return if it can, else the exit code after saying why not. */
static int become_main(const struct plan *plan)
{
    const struct launch *launch = plan->launch;
    int code;
    if (!launch->in_place)
        setpgid(0, 0);
    /* SIGTTOU is still blocked, or this would stop a group that is not in the foreground. */
    if (launch->foreground)
        terminal_give(getpid());
    pass_listen_pid(plan);
    /* Before the user: to raise a limit takes what root has. */
    if ((code = limits_apply(&launch->options->limits)) != 0 ||
        (plan->user && (code = user_become(plan->user, launch->options->user)) != 0))
        return code;
    if (launch->options->no_new_privs &&
        syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
        return refuse_start(plan, "no_new_privs");
    /* Last: from here on a signal acts on main, as it would without us. */
    signals_restore(launch->signals);
    int error = path_exec(launch->argv, plan->envp);
    signals_block(ALL_SIGNALS); /* a closed log must not kill us with SIGPIPE */
    return path_explain(plan->program, plan->envp, error);
}

/* The child says itself why it could not become main. Under vfork the parent sees in its own memory
 * that it did; where vfork is a fork it sees a main that exits with the same code. So neither needs
 * a pipe, which would cost every start a seventh. */
_Noreturn static void child(struct plan *plan)
{
    plan->refused = become_main(plan);
    _exit(plan->refused);
}

static pid_t start(struct plan *plan)
{
    if (plan->launch->in_place)
        child(plan);
    /* vfork where there is one (elsewhere the C library forks): no page tables to copy. The parent
     * stands still until the exec, so no signal can reach main's pid from us before it, and the
     * child has set its group. Where it is a fork, the child's mask keeps such a signal pending
     * until then. */
    pid_t pid = vfork();
    if (pid == 0)
        child(plan);
    if (pid < 0)
        plan->refused = refuse_start(plan, "fork");
    return plan->refused ? -plan->refused : pid;
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
    if (plan->launch->options->stack.preload && stack_preload_fits(plan->program, plan->envp))
        return start_preloaded(plan);
    return start(plan);
}

__attribute__((noinline)) static pid_t start_as_user(struct plan *plan)
{
    struct user user;
    int code = user_find(plan->launch->options->user, environment_get(plan->envp, "HOME"), &user);
    if (code)
        return -code;
    if (user.sets_home)
        environment_put(plan->envp, user.home);
    plan->user = &user;
    /* Changing its user makes the child's memory private, and under vfork that is ours. */
    long dumpable = syscall(SYS_prctl, PR_GET_DUMPABLE);
    pid_t pid = start_with_stacks(plan);
    syscall(SYS_prctl, PR_SET_DUMPABLE, dumpable);
    if (pid > 0)
        user_keep_kill(&user);
    return pid;
}

pid_t launch(const struct launch *launch)
{
    struct options *options = launch->options;
    /* With the variables that are added. No longer than what the kernel has put on this stack. */
    size_t count = environment_count(launch->envp);
    char *envp[count + ADDED_VARIABLES + 1];
    memcpy(envp, launch->envp, (count + 1) * sizeof *envp);
    struct plan plan = {
        .launch = launch, .envp = envp, .program = launch->argv[0], .parent = getpid()};
    if (options->stack.size)
        limits_set_stack(&options->limits, options->stack.size);
    return options->user ? start_as_user(&plan) : start_with_stacks(&plan);
}
