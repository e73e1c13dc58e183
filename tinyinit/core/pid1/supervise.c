#include "pid1/supervise.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/descriptors.h"
#include "base/error.h"
#include "base/message.h"
#include "base/startup.h"
#include "base/text.h"
#include "pid1/cgroup.h"
#include "pid1/death.h"
#include "pid1/launch.h"
#include "pid1/leftovers.h"
#include "pid1/process.h"
#include "pid1/signals.h"
#include "pid1/terminal.h"

enum { SETTLE_MS = 2, KILL_AGAIN_MS = 50, KILL_ROUNDS = 20, NAMED_MS = 1000, NO_SIGNAL = -1 };

enum phase {
    STARTING, /* main has just been started */
    RUNNING,
    DRAINING, /* the stop signal waits for the drain time to pass */
    STOPPING, /* it has been forwarded, and main has a time limit */
    OVERDUE, /* the limit has passed, main has been killed */
    ENDING, /* main has ended; leftovers have been asked to */
    WAITING, /* they take more than a moment */
    KILLING, /* they have been killed */
    LEAVING, /* what still is there cannot be killed */
};

struct life {
    const struct options *options;
    const char *program;
    pid_t main;
    bool ended; /* main has been reaped: its pid means nothing any more */
    bool alone; /* no child is left */
    int status; /* main's, as wait gives it */
    struct terminal terminal;
    enum phase phase;
    int64_t deadline; /* when the phase ends, in ms; 0: never */
    int64_t memory_at; /* when to tell what was killed for memory, in ms; 0: no news */
    int rounds;
    int stopped_by; /* the stop signal as it was forwarded; 0: not yet */
    siginfo_t info; /* the last signal that has come, 0: none yet, NO_SIGNAL: the time was up */
    siginfo_t stop; /* the stop signal that is being held back */
    struct {
        pid_t pid;
        char name[PROCESS_NAME_SIZE];
    } dead; /* a process that has ended, and what it was called then */
    char main_name[PROCESS_NAME_SIZE];
};

/* `ms` is how long for; 0: for ever. */
static void enter(struct life *life, enum phase phase, int64_t ms)
{
    life->phase = phase;
    life->deadline = ms ? clock_ms(CLOCK_MONOTONIC) + ms : 0;
}

/* ---- start ---- */

static void watch_parent(int sig)
{
    pid_t parent = getppid();
    syscall(SYS_prctl, PR_SET_PDEATHSIG, (long)sig);
    /* It may have died before the kernel knew that we care: then nobody else will tell us. */
    if (getppid() != parent)
        kill(getpid(), sig);
}

static void adopt_orphans(void)
{
    if (syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1L) != 0)
        say(LEVEL_INFO, "no_subreaper",
            "cannot become the parent of orphans ({error}); they go to PID 1 of this container",
            error_text(errno));
}

/* Returns 0 or minus the exit code. */
static int start_main(struct life *life, struct launch *plan)
{
    bool pid1 = getpid() == 1;
    if (plan->options->parent_death)
        watch_parent(plan->options->parent_death);
    if (!pid1)
        adopt_orphans();
    life->terminal = terminal_look();
    plan->foreground = life->terminal.foreground;
    life->main = launch(plan);
    if (life->main < 0)
        return life->main;
    /* From here on we must not die, and nothing may block. */
    message_set_patient(false);
    say(LEVEL_INFO, "started", "started {program} (pid {#pid})", life->program, NUMBER(life->main));
    if (pid1) /* no shell is around us, so there is no job control */
        life->terminal = (struct terminal){false, false};
    return 0;
}

/* What a run need not wait for. It is done at the first signal, or when main has run for a moment:
 * one that leaves main its start, and in which no main has filled a container's memory yet. A
 * program that ends sooner never pays for it. */
static void settle(struct life *life)
{
    if (life->phase != STARTING)
        return;
    enter(life, RUNNING, 0);
    descriptors_close_from(STDERR_FILENO + 1);
    if (chdir("/") != 0)
        say(LEVEL_INFO, "no_root", "cannot leave the working folder: {error}", error_text(errno));
    cgroup_remember();
    cgroup_watch();
    arena_release(); /* main has taken what of it it needed */
    startup_release(); /* last: what was called before has used stack */
}

/* ---- forward ---- */

/* A fault of our own would not arrive here (the kernel does not let it be blocked), so what comes
 * with a kernel's code is none that anybody sent. Our own writes cause SIGPIPE, and SIGXFSZ where
 * the log is a file under `ulimit -f`. */
static bool is_ours(const siginfo_t *info)
{
    switch (info->si_signo) {
    case SIGCHLD:
        return true;
    case SIGPIPE:
    case SIGXFSZ:
        return info->si_code > 0 || info->si_pid == getpid();
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGSYS:
    case SIGXCPU: /* of our own time */
        return info->si_code > 0;
    default:
        return false;
    }
}

/* The kernel's word that somebody was killed for memory (see cgroup_watch()). */
static bool is_memory_news(const siginfo_t *info)
{
    return info->si_signo == SIGIO && info->si_code > 0;
}

static bool is_terminal_stop(int sig)
{
    return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static bool main_has_moved(const struct life *life)
{
    pid_t group = getpgid(life->main);
    return group >= 0 && group != life->main;
}

/* Main can have moved to another group, and left others in its own: then it is sent the signal as
 * well. */
static bool send_to_main(const struct life *life, int sig, const siginfo_t *info)
{
    if (life->options->group || is_terminal_stop(sig)) {
        bool sent = kill(-life->main, sig) == 0;
        if (sent ? !main_has_moved(life) : errno != ESRCH)
            return sent;
    }
    return signals_send(life->main, sig, info) == 0;
}

/* Main has not been reaped, so its pid is its own. Returns whether main was sent anything. */
static bool forward(const struct life *life, const siginfo_t *info)
{
    enum { AS = sizeof " as " - 1 };
    int sig = info->si_signo, sent = life->options->rewrite[sig];
    char name[SIGNAL_NAME_SIZE], as[AS + SIGNAL_NAME_SIZE];
    signal_name(sig, name);
    if (!sent) {
        say(LEVEL_INFO, "dropped", "dropped {signal}", name);
        return false;
    }
    if (!send_to_main(life, sent, info)) {
        say(LEVEL_WARNING, "not_forwarded",
            "cannot forward {signal} to {program} (pid {#pid}): {error}", name, life->program,
            NUMBER(life->main), error_text(errno));
        return false;
    }
    memcpy(as, " as ", AS);
    signal_name(sent, as + AS);
    say(LEVEL_INFO, "forwarded", "forwarded {signal}{-as} to {program} (pid {#pid}){+sent}", name,
        sig == sent ? "" : as, life->program, NUMBER(life->main), as + AS);
    return true;
}

static void forward_stop(struct life *life)
{
    bool sent = forward(life, life->phase == DRAINING ? &life->stop : &life->info);
    int64_t limit = sent ? life->options->stop_timeout_ms : 0;
    if (sent)
        life->stopped_by = life->options->rewrite[life->options->stop_signal];
    if (life->phase <= DRAINING) /* else main's time is running already */
        enter(life, limit ? STOPPING : RUNNING, limit);
}

/* The first is held back for the drain time; the second ends that time and stands for both. */
static void on_stop_signal(struct life *life)
{
    if (life->phase != RUNNING || !life->options->drain_ms || life->stop.si_signo) {
        forward_stop(life);
        return;
    }
    life->stop = life->info;
    enter(life, DRAINING, life->options->drain_ms);
    say(LEVEL_INFO, "draining", "draining for {#ms} ms before {program} is told to stop",
        NUMBER(life->options->drain_ms), life->program);
}

/* This and two more are not inlined: behind a pointer all of a life is near, and each use of it is
 * shorter. */
__attribute__((noinline)) static void on_signal(struct life *life)
{
    int sig = life->info.si_signo;
    if (is_memory_news(&life->info)) {
        if (!life->memory_at) /* main may be the one, and its death tells more */
            life->memory_at = clock_ms(CLOCK_MONOTONIC) + CGROUP_RECENT_MS;
        return;
    }
    /* Once main has ended nobody is left to whom it could be meant, and the end takes its time. */
    if (is_ours(&life->info) || life->ended)
        return;
    settle(life);
    if (sig == life->options->stop_signal)
        on_stop_signal(life);
    else if (sig == SIGCONT && life->terminal.present)
        terminal_continue(life->main);
    else
        forward(life, &life->info);
}

/* ---- reap ---- */

/* Remembers what a process is called that has ended, while it can still be asked. */
__attribute__((noinline)) static void remember_name(struct life *life, idtype_t type, pid_t pid)
{
    siginfo_t ended = {.si_pid = 0};
    syscall(SYS_waitid, type, pid, &ended, WEXITED | WNOHANG | WNOWAIT | __WALL, NULL);
    life->dead.pid = ended.si_pid;
    if (ended.si_pid)
        process_name(ended.si_pid, life->dead.name);
}

/* Only what a line may name: main, unless it exits, and who is killed as the kernel does it for
 * memory. SIGCHLD tells of the first that ended since it was taken last, so main is asked for even
 * if it is about another. */
static void remember_who_was_killed(struct life *life)
{
    const siginfo_t *info = &life->info;
    bool is_child = info->si_signo == SIGCHLD;
    bool is_exit = is_child && info->si_pid == life->main && info->si_code == CLD_EXITED;
    life->dead.pid = 0;
    if (info->si_signo && !is_exit && !life->ended)
        remember_name(life, P_PID, life->main);
    if (!life->dead.pid && is_child && info->si_code == CLD_KILLED && info->si_status == SIGKILL)
        remember_name(life, P_PID, info->si_pid);
}

/* As it was started, unless it has become another program. The kernel cuts names. */
static void name_main(struct life *life)
{
    const char *name = life->dead.name;
    size_t length = strlen(name);
    if (life->dead.pid != life->main || !length ||
        !strncmp(name, life->program, length + (length < PROCESS_NAME_SIZE - 1)))
        return;
    memcpy(life->main_name, name, length + 1);
    life->program = life->main_name;
}

static void explain_orphan(const struct life *life, pid_t pid, int status)
{
    bool is_known = life->dead.pid == pid;
    struct death death = {is_known ? life->dead.name : "", pid, status};
    death_explain_orphan(&death);
}

/* Returns whether main has ended now. */
static bool reap(struct life *life)
{
    bool ended = false;
    int status, flags = WNOHANG | __WALL | (life->terminal.present ? WUNTRACED : 0);
    bool names_all = message_shows(LEVEL_INFO);
    pid_t pid;
    if (!names_all && message_shows(LEVEL_WARNING))
        remember_who_was_killed(life);
    for (;;) {
        if (names_all)
            remember_name(life, P_ALL, 0);
        if ((pid = (pid_t)syscall(SYS_wait4, -1, &status, flags, NULL)) <= 0)
            break;
        bool is_main = pid == life->main && !life->ended;
        if (WIFSTOPPED(status)) {
            /* SIGSTOP is somebody's own doing, and that somebody will continue main, not us. */
            if (is_main && is_terminal_stop(WSTOPSIG(status)))
                terminal_main_stopped(life->main, WSTOPSIG(status));
        } else if (is_main) {
            life->ended = ended = true;
            life->status = status;
            name_main(life);
        } else {
            explain_orphan(life, pid, status);
        }
    }
    life->alone = pid < 0;
    return ended;
}

/* ---- end ---- */

static bool is_success(const struct life *life, int code)
{
    return life->options->success[code / 64] >> (code % 64) & 1;
}

static void kill_leftovers(struct life *life)
{
    if (life->phase != KILLING)
        say(LEVEL_INFO, "killing", "killing what is left after {#ms} ms",
            NUMBER(life->options->grace_ms));
    leftovers_signal(life->main, SIGKILL, 0);
    /* Once is not enough when we are not PID 1: a process that forks can outrun a walk. */
    enter(life, KILLING, KILL_AGAIN_MS);
}

/* To die of the stop signal, or as --success names it, is as good as an exit. */
static void explain_main(const struct life *life)
{
    struct death death = {life->program, life->main, life->status};
    int sig = WTERMSIG(life->status);
    death_explain_main(&death, sig && (sig == life->stopped_by || is_success(life, 128 + sig)));
}

__attribute__((noinline)) static void main_ended(struct life *life)
{
    message_set_patient(true);
    if (life->phase == OVERDUE)
        say(LEVEL_WARNING, "main_overdue",
            "{program} (pid {#pid}) was still running {#ms} ms after the stop signal and was "
            "killed",
            life->program, NUMBER(life->main), NUMBER(life->options->stop_timeout_ms));
    else
        explain_main(life);
    if (life->alone)
        return;
    settle(life);
    int64_t grace = life->options->grace_ms;
    if (grace == 0) {
        kill_leftovers(life);
        return;
    }
    say(LEVEL_INFO, "ending", "sending SIGTERM to what {program} has left, {#ms} ms to end",
        life->program, NUMBER(grace));
    /* A stopped process takes its SIGTERM only when it is continued. */
    leftovers_signal(life->main, SIGTERM, SIGCONT);
    enter(life, ENDING, grace < NAMED_MS ? grace : NAMED_MS);
}

/* More than a moment may be more than the runtime gives: whoever wonders can read who it was. */
static void tell_leftovers(struct life *life)
{
    char names[LEFTOVERS_NAMES_SIZE];
    int64_t grace = life->options->grace_ms;
    say(LEVEL_WARNING, "waiting",
        "still waiting for what {program} has left: {leftovers}; killed {#ms} ms after its end "
        "(--grace)",
        life->program, leftovers_names(names), NUMBER(grace));
    enter(life, WAITING, grace - NAMED_MS);
}

static void leave(struct life *life)
{
    char names[LEFTOVERS_NAMES_SIZE];
    say(LEVEL_WARNING, "not_killed", "leaving though SIGKILL did not end {leftovers}",
        leftovers_names(names));
    enter(life, LEAVING, 0);
}

__attribute__((noinline)) static void on_time_up(struct life *life)
{
    if (life->memory_at && life->memory_at <= clock_ms(CLOCK_MONOTONIC)) {
        life->memory_at = 0;
        death_tell_memory();
        return;
    }
    switch (life->phase) {
    case STARTING:
        settle(life);
        break;
    case DRAINING:
        forward_stop(life);
        break;
    case STOPPING:
        send_to_main(life, SIGKILL, &life->stop);
        enter(life, OVERDUE, 0);
        break;
    case ENDING:
        if (life->options->grace_ms > NAMED_MS) {
            tell_leftovers(life);
            break;
        } /* fall through */
    case WAITING:
        kill_leftovers(life);
        break;
    case KILLING:
        if (++life->rounds < KILL_ROUNDS)
            kill_leftovers(life);
        else
            leave(life);
        break;
    default:
        break;
    }
}

static int exit_code(const struct life *life)
{
    int code = WIFEXITED(life->status) ? WEXITSTATUS(life->status) : 128 + WTERMSIG(life->status);
    return is_success(life, code) ? 0 : code;
}

/* In ms; -1: for ever. */
static int64_t time_left(const struct life *life)
{
    if (!life->deadline && !life->memory_at)
        return -1;
    int64_t now = clock_ms(CLOCK_MONOTONIC), least = INT64_MAX;
    if (life->deadline)
        least = life->deadline - now;
    if (life->memory_at && life->memory_at - now < least)
        least = life->memory_at - now;
    return least < 0 ? 0 : least;
}

int supervise(struct launch *plan)
{
    const char *program = plan->argv[0], *slash = text_find_last(program, '/');
    struct life life = {.options = plan->options,
                        .program = slash && slash[1] ? slash + 1 : program};
    int refused = start_main(&life, plan);
    if (refused)
        return refused;
    /* The kernel has woken us on main's processor in the middle of its exec: let that go first. */
    sched_yield();
    enter(&life, STARTING, SETTLE_MS);
    for (;;) {
        if (reap(&life))
            main_ended(&life);
        if (life.ended && (life.alone || life.phase == LEAVING))
            break;
        int64_t left = time_left(&life);
        if (left == 0) {
            on_time_up(&life);
            continue;
        }
        if (signals_wait(&life.info, left))
            on_signal(&life);
        else
            life.info.si_signo = NO_SIGNAL;
    }
    if (life.terminal.foreground)
        terminal_take_back(life.main);
    return exit_code(&life);
}
