#include "pid1/leftovers.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/message.h"
#include "base/value.h"
#include "pid1/process.h"

enum {
    DEPTH_MAX = 1 << 16,
    DEPTH_CHECKED = 16,
    PID_LIMIT = 1 << 22, /* the kernel's */
    NAMED_MAX = 4,
};

/* One look at all processes. */
struct walk {
    int sig, then; /* what descendants are sent, unless they are only named */
    struct buffer *names; /* NULL: nobody is named */
    unsigned count;
    unsigned char
        *known; /* a bit for each pid that was found to descend from us; NULL: no memory */
};

static bool is_known(const struct walk *walk, pid_t pid)
{
    return walk->known && pid < PID_LIMIT && walk->known[pid / 8] >> (pid % 8) & 1;
}

/* Each parent is asked for its own, up to a depth that trees have; from there on what this walk has
 * found before is believed, or a chain of thousands would take its length squared. A pid that has
 * gone to a stranger since then can mislead only there, and would have to come round in this very
 * moment. */
static bool descends_from_us(struct walk *walk, pid_t pid)
{
    pid_t us = getpid(), at = pid;
    for (int depth = 0; at > 1 && depth < DEPTH_MAX; depth++) {
        bool found = depth >= DEPTH_CHECKED && is_known(walk, at);
        if (!found && (at = process_parent(at, NULL)) != us)
            continue;
        if (walk->known && pid < PID_LIMIT)
            walk->known[pid / 8] |= (unsigned char)(1 << (pid % 8));
        return true;
    }
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
static void signal_descendant(struct walk *walk, pid_t pid)
{
    int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    if (handle < 0 && errno != ENOSYS && errno != EPERM)
        return;
    if (descends_from_us(walk, pid)) {
        send_signal(pid, handle, walk->sig);
        send_signal(pid, handle, walk->then);
    }
    if (handle >= 0)
        close(handle);
}

static void name_descendant(struct walk *walk, pid_t pid)
{
    char name[PROCESS_NAME_SIZE];
    bool is_zombie = false;
    if (!descends_from_us(walk, pid) || !process_parent(pid, &is_zombie) || is_zombie)
        return;
    process_name(pid, name);
    if (walk->count++ < NAMED_MAX)
        buffer_add(walk->names, "{}{} (pid {#})", walk->count == 1 ? "" : ", ", name, NUMBER(pid));
}

static void visit(struct walk *walk, const char *name)
{
    pid_t pid = (pid_t)parse_up_to(name, INT_MAX);
    if (pid < 0 || pid == getpid())
        return;
    if (walk->names)
        name_descendant(walk, pid);
    else
        signal_descendant(walk, pid);
}

struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* getdents itself: opendir() would use the heap. */
static void visit_all(struct walk *walk, int folder)
{
    _Alignas(struct entry) char buffer[2048];
    long length;
    while ((length = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < length;) {
            const struct entry *entry = (const struct entry *)(const void *)(buffer + at);
            visit(walk, entry->name);
            at += entry->length;
        }
}

/* False without a /proc of ours. The bits are mapped for the time of the walk, and of those pages
 * few are touched: PID 1 keeps nothing ready for the end. */
static bool walk_descendants(struct walk *walk)
{
    int folder = process_can_look() ? descriptors_open("/proc") : -1;
    if (folder < 0)
        return false;
    void *bits =
        mmap(NULL, PID_LIMIT / 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    walk->known = bits == MAP_FAILED ? NULL : bits;
    visit_all(walk, folder);
    if (walk->known)
        munmap(bits, PID_LIMIT / 8);
    close(folder);
    return true;
}

void leftovers_signal(pid_t main_group, int sig, int then)
{
    pid_t whom = -1;
    if (getpid() != 1) {
        struct walk walk = {.sig = sig, .then = then};
        if (walk_descendants(&walk))
            return;
        /* Main has been reaped. If nobody is left in its group the number is free, but the kernel
         * gives numbers out in turn: it is not given again before all others have been. */
        whom = -main_group;
    }
    send_signal(whom, -1, sig);
    send_signal(whom, -1, then);
}

const char *leftovers_names(char names[LEFTOVERS_NAMES_SIZE])
{
    struct buffer line = {.text = names, .size = LEFTOVERS_NAMES_SIZE};
    struct walk walk = {.names = &line};
    if (!walk_descendants(&walk) || !walk.count)
        return "processes";
    if (walk.count > NAMED_MAX)
        buffer_add(&line, " and {#} more", NUMBER(walk.count - NAMED_MAX));
    names[line.length] = '\0';
    return names;
}
