#include "launch.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "environment.h"
#include "message.h"
#include "path.h"
#include "rlimits.h"
#include "stack.h"
#include "terminal.h"
#include "text.h"
#include "user.h"
#include "value.h"

#include "startup_only.h"

/* Socket activation: the pid says for whom the sockets are. If it says us, it means main. The entry
 * is static, because main's exec reads it, and the child's own: under vfork the parent shares it
 * and never reads it. */
static void pass_listen_pid(char **envp, pid_t parent)
{
    static const char name[] = "LISTEN_PID=";
    static char entry[sizeof name + NUMBER_SIZE];
    char number[NUMBER_SIZE];
    uint64_t pid;
    const char *meant = environment_get(envp, "LISTEN_PID");
    if (!meant || !parse_number(meant, &pid) || pid != (uint64_t)parent)
        return;
    strcpy(stpcpy(entry, name), number_text((uint64_t)getpid(), number));
    environment_put(envp, entry);
}

enum { CANNOT_WORK = 125, ADDED_VARIABLES = 2 };

enum stage { STAGE_FORK, STAGE_LIMITS, STAGE_USER, STAGE_PRIVILEGES, STAGE_EXEC };

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
    volatile int refused; /* the exit code, if the child could not become main */
};

static struct failure become_main(const struct plan *plan)
{
    const struct launch *launch = plan->launch;
    int error, limit;
    if (!launch->in_place)
        setpgid(0, 0);
    /* SIGTTOU is still blocked, or this would stop a group that is not in the foreground. */
    if (launch->foreground)
        terminal_give(getpid());
    pass_listen_pid(plan->envp, plan->parent);
    /* Before the user: to raise a limit takes what root has. */
    if ((error = limits_apply(plan->limits, &limit)) != 0)
        return (struct failure){STAGE_LIMITS, error, limit};
    if (plan->user && (error = user_become(plan->user)) != 0)
        return (struct failure){STAGE_USER, error, 0};
    if (launch->options->no_new_privs &&
        syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
        return (struct failure){STAGE_PRIVILEGES, errno, 0};
    /* Last: from here on a signal acts on main, as it would without us. */
    signals_restore(launch->signals);
    error = path_exec(launch->argv, plan->envp);
    return (struct failure){STAGE_EXEC, error, 0};
}

static int explain(const struct plan *plan, const struct failure *failure)
{
    const char *program = plan->launch->argv[0], *call = "fork";
    switch (failure->stage) {
    case STAGE_LIMITS:
        return limits_explain(plan->limits, failure->limit, failure->error);
    case STAGE_USER:
        return user_explain(plan->launch->options->user, failure->error);
    case STAGE_EXEC:
        return path_explain(program, plan->envp, failure->error);
    case STAGE_FORK:
        break;
    case STAGE_PRIVILEGES:
        call = "no_new_privs";
        break;
    }
    say(LEVEL_ERROR, "cannot_start", "cannot start {program}: {call}: {error}", program, call,
        error_text(failure->error));
    return CANNOT_WORK;
}

/* The child says itself why it could not become main. Under vfork the parent sees in its own memory
 * that it did; where vfork is a fork it sees a main that exits with the same code. So neither needs
 * a pipe, which would cost every start a seventh. */
_Noreturn static void child(struct plan *plan)
{
    struct failure failure = become_main(plan);
    signals_mask(SIG_SETMASK, ALL_SIGNALS); /* a closed log must not kill it with SIGPIPE */
    plan->refused = explain(plan, &failure);
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
        plan->refused = explain(plan, &(struct failure){STAGE_FORK, errno, 0});
    return plan->refused ? -1 : pid;
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
    if (launch->options->preload && stack_is_musls(launch->argv[0], plan->envp))
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
    long dumpable = syscall(SYS_prctl, PR_GET_DUMPABLE);
    pid_t pid = start_with_stacks(plan);
    syscall(SYS_prctl, PR_SET_DUMPABLE, dumpable);
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
    struct plan plan = {.launch = launch, .limits = &limits, .envp = envp, .parent = getpid()};
    *exit_code = 0;
    if (options->stack_size)
        limits_set_stack(&limits, options->stack_size);
    pid_t pid = options->user ? start_as_user(&plan, exit_code) : start_with_stacks(&plan);
    if (plan.refused)
        *exit_code = plan.refused;
    return pid;
}
