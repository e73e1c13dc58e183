#include "pid1/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/text.h"
#include "base/value.h"

enum { DEPTH_MAX = 1 << 16 };

/* The parent of `pid` from /proc/PID/stat, 0 if it is gone. The name before it may hold anything,
 * brackets too: the last one ends it. */
static pid_t parent_of(pid_t pid)
{
    char path[32], text[512], digits[NUMBER_SIZE];
    stpcpy(stpcpy(stpcpy(path, "/proc/"), number_text((uint64_t)pid, digits)), "/stat");
    descriptors_read(path, text, sizeof text);
    const char *end = text_find_last(text, ')');
    return end && strlen(end) > 4 ? (pid_t)parse_digits(end + 4).number : 0;
}

/* Not just any /proc: in that of another PID namespace the numbers mean other processes. */
static bool is_our_proc(void)
{
    char text[NUMBER_SIZE];
    descriptors_read("/proc/self/stat", text, sizeof text);
    return parse_digits(text).number == (uint64_t)getpid();
}

static bool descends_from_us(pid_t pid)
{
    pid_t us = getpid();
    for (int depth = 0; pid > 1 && depth < DEPTH_MAX; depth++)
        if ((pid = parent_of(pid)) == us)
            return true;
    return false;
}

/* Signal 0 is sent to nobody. */
static void send_signal(pid_t pid, int handle, int sig)
{
    if (handle < 0)
        kill(pid, sig);
    else
        syscall(SYS_pidfd_send_signal, handle, sig, NULL, 0);
}

/* The handle is taken first, then the process looked at: if the pid has gone to another process by
 * then, the signal goes to the handle, that is to nobody. A kernel without handles (before 5.3, or
 * a seccomp filter) leaves a window of microseconds. */
static void signal_descendant(const char *name, int sig, int then)
{
    pid_t pid = (pid_t)parse_up_to(name, INT_MAX);
    if (pid < 0 || pid == getpid())
        return;
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    if (handle < 0 && errno != ENOSYS && errno != EPERM)
        return;
    if (descends_from_us(pid)) {
        send_signal(pid, handle, sig);
        send_signal(pid, handle, then);
    }
    if (handle >= 0)
        close(handle);
}

struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* getdents itself: opendir() would use the heap. */
static bool signal_descendants(int sig, int then)
{
    _Alignas(struct entry) char buffer[2048];
    long length;
    int folder = is_our_proc() ? descriptors_open("/proc") : -1;
    if (folder < 0)
        return false;
    while ((length = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < length;) {
            const struct entry *entry = (const struct entry *)(const void *)(buffer + at);
            signal_descendant(entry->name, sig, then);
            at += entry->length;
        }
    close(folder);
    return true;
}

void leftovers_signal(pid_t main_group, int sig, int then)
{
    pid_t whom = -1;
    if (getpid() != 1) {
        if (signal_descendants(sig, then))
            return;
        /* Main has been reaped. If nobody is left in its group the number is free, but the kernel
         * gives numbers out in turn: it is not given again before all others have been. */
        whom = -main_group;
    }
    send_signal(whom, -1, sig);
    send_signal(whom, -1, then);
}
