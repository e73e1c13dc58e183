#include "base/descriptors.h"

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BATCH = 64, DESCRIPTORS_MAX = 1 << 20 };

/* The raw call, where the kernel's struct is the C library's. fstatat() brings along older calls to
 * fall back on: 512 bytes on x86_64. */
static bool look(int folder, const char *path, struct stat *status, int flags)
{
#if __SIZEOF_POINTER__ == 8 && defined SYS_newfstatat
    return syscall(SYS_newfstatat, folder, path, status, flags) == 0;
#else
    return fstatat(folder, path, status, flags) == 0;
#endif
}

unsigned descriptors_mode(const char *path)
{
    struct stat status;
    return look(AT_FDCWD, path, &status, 0) ? status.st_mode : 0;
}

bool descriptors_status(int fd, struct stat *status)
{
    return look(fd, "", status, AT_EMPTY_PATH);
}

/* Kernels before 5.9, and seccomp filters older than the call: poll() says for a batch at a time
 * which are open. It needs no /proc, and a limit of a million costs milliseconds. */
static void close_one_by_one(int first)
{
    uint64_t limit[2] = {DESCRIPTORS_MAX}; /* soft, hard */
    syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, limit);
    int end = limit[0] < DESCRIPTORS_MAX ? (int)limit[0] : DESCRIPTORS_MAX;
    for (int fd = first; fd < end;) {
        struct pollfd batch[BATCH];
        int count = 0;
        while (count < BATCH && fd < end)
            batch[count++] = (struct pollfd){.fd = fd++};
        if (poll(batch, (nfds_t)count, 0) < 0)
            return;
        while (count--)
            if (!(batch[count].revents & POLLNVAL))
                close(batch[count].fd);
    }
}

/* The raw call: the C library's takes a second one to be sure of O_CLOEXEC on Linux 2.6.22. */
int descriptors_open_at(int folder, const char *path, int flags)
{
    return (int)syscall(SYS_openat, folder, path,
                        flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_LARGEFILE);
}

int descriptors_open(const char *path)
{
    return descriptors_open_at(AT_FDCWD, path, 0);
}

void descriptors_read(const char *path, char *text, size_t size)
{
    ssize_t length = 0;
    int fd = descriptors_open(path);
    if (fd >= 0) {
        length = read(fd, text, size - 1);
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
}

void descriptors_close_from(int first)
{
    if (syscall(SYS_close_range, first, ~0U, 0) != 0)
        close_one_by_one(first);
}
