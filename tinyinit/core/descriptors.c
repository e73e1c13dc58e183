#include "descriptors.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH = 64, MOST = 1 << 20 };

/* Kernels before 5.9, and seccomp filters older than the call: poll() says for a batch at a time
 * which are open. It needs no /proc, and a limit of a million costs milliseconds. */
static void close_one_by_one(int first)
{
    struct rlimit limit = {.rlim_cur = MOST};
    getrlimit(RLIMIT_NOFILE, &limit);
    int end = limit.rlim_cur < MOST ? (int)limit.rlim_cur : MOST;
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

void descriptors_close_from(int first)
{
    if (syscall(SYS_close_range, first, ~0U, 0) != 0)
        close_one_by_one(first);
}
