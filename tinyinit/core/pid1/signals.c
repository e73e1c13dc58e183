#include "pid1/signals.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/value.h"

enum { RTMIN = 34 };

uint64_t signals_block(uint64_t set)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, &set, sizeof set);
    return set;
}

/* As the kernel has it, on every machine that we build for: what follows the handler differs, but
 * is zeroes in either order. */
struct kernel_action {
    sighandler_t handler;
    unsigned long rest[3 + 8 / sizeof(long)];
};

/* Sets what SIGCHLD does and returns what it did. */
static sighandler_t set_action(sighandler_t handler)
{
    struct kernel_action action = {.handler = handler}, before = {.handler = SIG_DFL};
    syscall(SYS_rt_sigaction, SIGCHLD, &action, &before, sizeof(uint64_t));
    return before.handler;
}

struct inherited_signals signals_take(void)
{
    uint64_t mask = signals_block(ALL_SIGNALS);
    /* Ignored, the kernel would reap the children itself and wait() would never tell of main. */
    return (struct inherited_signals){mask, set_action(SIG_DFL) == SIG_IGN};
}

void signals_restore(const struct inherited_signals *inherited)
{
    if (inherited->child_ignored)
        set_action(SIG_IGN);
    signals_block(inherited->mask);
}

int signals_wait(siginfo_t *info, int64_t timeout_ms)
{
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ms / 1000),
                               .tv_nsec = (long)(timeout_ms % 1000 * 1000000)};
    const struct timespec *limit = timeout_ms < 0 ? NULL : &timeout;
#if __SIZEOF_POINTER__ == 8
    static const uint64_t all = ALL_SIGNALS;
    int sig = (int)syscall(SYS_rt_sigtimedwait, &all, info, limit, sizeof all);
#else /* the kernel's struct has another size there than the C library's */
    sigset_t all;
    memset(&all, 0xff, sizeof all);
    int sig = sigtimedwait(&all, info, limit);
#endif
    return sig > 0 ? sig : 0;
}

int signals_send(pid_t pid, int sig, const siginfo_t *info)
{
    /* The kernel writes `sig` into its copy. EAGAIN: the queue is full; better without its value
     * than not at all. */
    if (info->si_code == SI_QUEUE) {
        if (syscall(SYS_rt_sigqueueinfo, pid, sig, info) == 0)
            return 0;
        if (errno != EAGAIN)
            return -1;
    }
    return kill(pid, sig);
}

/* From 1 on, and behind the last one second names. One string, not an array of pointers: a
 * position-independent file would have to relocate it. And no array of bytes: it would be aligned
 * to 16. */
static const char *const signal_names =
    "HUP\0INT\0QUIT\0ILL\0TRAP\0ABRT\0BUS\0FPE\0KILL\0USR1\0SEGV\0USR2\0PIPE\0ALRM\0TERM\0STKFLT\0"
    "CHLD\0CONT\0STOP\0TSTP\0TTIN\0TTOU\0URG\0XCPU\0XFSZ\0VTALRM\0PROF\0WINCH\0IO\0PWR\0SYS\0"
    "IOT\0CLD\0POLL\0";

enum { LAST_NAMED = SIGSYS };

static const unsigned char second_named[] = {SIGABRT, SIGCHLD, SIGIO};

const char *signal_name(int sig, char buffer[SIGNAL_NAME_SIZE])
{
    const char *kind = "SIG", *rest;
    if (sig <= LAST_NAMED) {
        rest = choice_text(signal_names, (unsigned)sig - 1);
    } else if (sig == RTMIN) {
        rest = "RTMIN";
    } else {
        kind = "signal ";
        if (sig > RTMIN) {
            kind = "SIGRTMIN+";
            sig -= RTMIN;
        }
        rest = number_text((uint64_t)sig, buffer + SIGNAL_NAME_SIZE - NUMBER_SIZE);
    }
    strcpy(stpcpy(buffer, kind), rest);
    return buffer;
}

/* clang-format off: what stands above is of use while main runs. */
#include "base/startup_only.h"
/* clang-format on */

int signal_number(const char *text)
{
    int sig = (int)parse_up_to(text, SIGNAL_MAX);
    if (sig >= 0)
        return sig;
    if (!strncasecmp(text, "SIG", 3))
        text += 3;
    sig = parse_choice_in_any_case(text, signal_names) + 1;
    if (sig)
        return sig <= LAST_NAMED ? sig : second_named[sig - LAST_NAMED - 1];
    /* RTMIN, RTMIN+3, RTMAX, RTMAX-3 */
    bool is_least = !strncasecmp(text, "RTMIN", 5);
    if (!is_least && strncasecmp(text, "RTMAX", 5) != 0)
        return 0;
    text += 5;
    int offset = 0;
    if (*text)
        offset =
            *text == (is_least ? '+' : '-') ? (int)parse_up_to(text + 1, SIGNAL_MAX - RTMIN) : -1;
    return offset < 0 ? 0 : is_least ? RTMIN + offset : SIGNAL_MAX - offset;
}
