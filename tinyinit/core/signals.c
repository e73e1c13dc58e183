#include "signals.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "value.h"

enum { RTMIN = 34 };

uint64_t signals_mask(int how, uint64_t set)
{
    uint64_t before = 0;
    syscall(SYS_rt_sigprocmask, how, &set, &before, sizeof set);
    return before;
}

/* As the kernel has it, on every machine that we build for: what follows the handler differs, but
 * is zeroes in either order. */
struct kernel_action {
    void (*handler)(int);
    unsigned long rest[3 + 8 / sizeof(long)];
};

static void set_action(const struct kernel_action *action, struct kernel_action *before)
{
    syscall(SYS_rt_sigaction, SIGCHLD, action, before, sizeof(uint64_t));
}

struct inherited_signals signals_take(void)
{
    struct inherited_signals inherited;
    inherited.mask = signals_mask(SIG_SETMASK, ALL_SIGNALS);
    struct kernel_action usual = {.handler = SIG_DFL}, before;
    /* Ignored, the kernel would reap the children itself and wait() would never tell of main. */
    set_action(&usual, &before);
    inherited.child_ignored = before.handler == SIG_IGN;
    return inherited;
}

void signals_restore(const struct inherited_signals *inherited)
{
    if (inherited->child_ignored)
        set_action(&(struct kernel_action){.handler = SIG_IGN}, NULL);
    signals_mask(SIG_SETMASK, inherited->mask);
}

int signals_wait(siginfo_t *info, int64_t timeout_ms)
{
    sigset_t all;
    memset(&all, 0xff, sizeof all);
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ms / 1000),
                               .tv_nsec = (long)(timeout_ms % 1000 * 1000000)};
    int sig = sigtimedwait(&all, info, timeout_ms < 0 ? NULL : &timeout);
    return sig > 0 ? sig : 0;
}

int signals_send(pid_t pid, int sig, const siginfo_t *info)
{
    if (info->si_code == SI_QUEUE) {
        siginfo_t copy = *info;
        copy.si_signo = sig;
        if (syscall(SYS_rt_sigqueueinfo, pid, sig, &copy) == 0)
            return 0;
        /* EAGAIN: the queue is full. Better without its value than not at all. */
        if (errno != EAGAIN)
            return -1;
    }
    return kill(pid, sig);
}

/* One string, not an array of pointers: a position-independent file would have to relocate it. */
static const char names[] =
    "HUP\0INT\0QUIT\0ILL\0TRAP\0ABRT\0BUS\0FPE\0KILL\0USR1\0SEGV\0USR2\0PIPE\0ALRM\0TERM\0STKFLT\0"
    "CHLD\0CONT\0STOP\0TSTP\0TTIN\0TTOU\0URG\0XCPU\0XFSZ\0VTALRM\0PROF\0WINCH\0IO\0PWR\0SYS\0";

const char *signal_name(int sig, char buffer[SIGNAL_NAME_SIZE])
{
    char *end = buffer;
    int offset = 0;
    if (sig >= RTMIN) {
        end = stpcpy(buffer, "SIGRTMIN");
        offset = sig - RTMIN;
        if (offset)
            *end++ = '+';
    } else if (sig > 31) {
        end = stpcpy(buffer, "signal ");
        offset = sig;
    } else {
        end = stpcpy(stpcpy(buffer, "SIG"), word_of(names, sig - 1));
    }
    if (offset >= 10)
        *end++ = (char)('0' + offset / 10);
    if (offset)
        *end++ = (char)('0' + offset % 10);
    *end = '\0';
    return buffer;
}

/* The "+3" of RTMIN+3 or the "-3" of RTMAX-3; nothing is 0. -1 if it is something else. */
static int realtime_offset(const char *text, char sign)
{
    if (!*text)
        return 0;
    struct digits offset = parse_number(text + 1);
    if (*text != sign || !offset.end || offset.number > SIGNAL_MAX - RTMIN)
        return -1;
    return (int)offset.number;
}

int signal_number(const char *text)
{
    struct digits number = parse_number(text);
    if (number.end)
        return number.number <= SIGNAL_MAX ? (int)number.number : 0;
    if (!strncasecmp(text, "SIG", 3))
        text += 3;
    int sig = parse_word_in_any_case(text, names) + 1;
    if (sig)
        return sig;
    if (!strcasecmp(text, "IOT"))
        return SIGABRT;
    if (!strcasecmp(text, "CLD"))
        return SIGCHLD;
    if (!strcasecmp(text, "POLL"))
        return SIGIO;
    if (!strncasecmp(text, "RTMIN", 5) && (sig = realtime_offset(text + 5, '+')) >= 0)
        return RTMIN + sig;
    if (!strncasecmp(text, "RTMAX", 5) && (sig = realtime_offset(text + 5, '-')) >= 0)
        return SIGNAL_MAX - sig;
    return 0;
}
