#include "descriptors.h"

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH = 64, MOST = 1 << 20 };

/* Kernels before 5.9, and seccomp filters older than the call: poll() says for a batch at a time
 * which are open. It needs no /proc, and a limit of a million costs milliseconds. */
static void close_one_by_one(int first)
{
    uint64_t limit[2] = {MOST}; /* soft, hard */
    syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, limit);
    int end = limit[0] < MOST ? (int)limit[0] : MOST;
    for (int base = first; base < end; base += BATCH) {
        struct pollfd batch[BATCH];
        int count = end - base < BATCH ? end - base : BATCH;
        for (int i = 0; i < count; i++)
            batch[i] = (struct pollfd){.fd = base + i};
        if (poll(batch, (nfds_t)count, 0) < 0)
            return;
        for (int i = 0; i < count; i++)
            if (!(batch[i].revents & POLLNVAL))
                close(base + i);
    }
}

/* The raw call: the C library's takes a second one to be sure of O_CLOEXEC on Linux 2.6.22. */
int descriptors_open(const char *path)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path,
                        O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_LARGEFILE);
}

void descriptors_close_from(int first)
{
    if (syscall(SYS_close_range, first, ~0U, 0) != 0)
        close_one_by_one(first);
}
