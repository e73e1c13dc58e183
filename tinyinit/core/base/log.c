#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x00000008
#endif

enum { PATIENCE_MS = 1000 };

static bool patient = true;
static int64_t patience_ms = PATIENCE_MS; /* what is left of it */

void log_set_patient(bool now_patient)
{
    patient = now_patient;
    patience_ms = PATIENCE_MS;
}

/* Whether this way of writing is answered for good. Any other error means that the way is refused
 * (an old kernel, a seccomp filter, a kind of file that does not know it): the next one is tried.
 */
static bool is_final(long written)
{
    return written >= 0 || errno == EAGAIN || errno == EPIPE;
}

static long write_at_once(const char *text, size_t length)
{
    struct iovec part = {.iov_base = (void *)text, .iov_len = length};
    return syscall(SYS_pwritev2, STDERR_FILENO, &part, 1, -1L, -1L, RWF_NOWAIT);
}

/* For pipes on kernels before 6.4, and for named ones on all. The text goes into a pipe of our own,
 * which has room because it is empty, and its one page is moved on from there: splice() has a way
 * not to wait on every kernel, needs no /proc and no right to open the log. */
static long move_through_own_pipe(const char *text, size_t length)
{
    int ends[2];
    if (syscall(SYS_pipe2, ends, O_CLOEXEC) != 0)
        return -1;
    long moved = write(ends[1], text, length);
    if (moved > 0)
        moved = syscall(SYS_splice, ends[0], NULL, STDERR_FILENO, NULL, length, SPLICE_F_NONBLOCK);
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    errno = error;
    return moved;
}

/* For terminals. O_NONBLOCK cannot be set on the log itself: it belongs to the open file, which
 * main shares. So the log is opened once more, and not kept. */
static long write_through_own_descriptor(const char *text, size_t length)
{
    int log = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd/2",
                           O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_LARGEFILE);
    if (log < 0)
        return -1;
    long written = write(log, text, length);
    int error = errno;
    close(log);
    errno = error;
    return written;
}

/* Asking with poll() whether there is room would be no help: main writes to the same log, and can
 * take the room before we do. A plain write() is for what cannot fill up. SIGPIPE and SIGXFSZ that
 * this may cause are dropped in the loop. */
static long write_without_waiting(const char *text, size_t length)
{
    struct stat status;
    unsigned kind = descriptors_status(STDERR_FILENO, &status) ? status.st_mode & S_IFMT : 0;
    if (kind == S_IFREG)
        return write(STDERR_FILENO, text, length);
    if (kind == S_IFSOCK)
        return sendto(STDERR_FILENO, text, length, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
    long written = write_at_once(text, length);
    if (!is_final(written) && kind == S_IFIFO)
        written = move_through_own_pipe(text, length);
    return is_final(written) ? written : write_through_own_descriptor(text, length);
}

/* The time is one for all lines, not for each: many lines at the end of main must not take longer
 * than the runtime gives. */
static bool wait_for_room(void)
{
    if (!patient || patience_ms <= 0)
        return false;
    struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
    int64_t begun = clock_ms(CLOCK_MONOTONIC);
    int ready = poll(&log, 1, (int)patience_ms);
    patience_ms -= clock_ms(CLOCK_MONOTONIC) - begun;
    return ready > 0 && log.revents & POLLOUT;
}

bool log_write(const char *text, size_t length)
{
    while (length) {
        long written = write_without_waiting(text, length < LINE_SIZE ? length : LINE_SIZE);
        if (written > 0) {
            text += written;
            length -= (size_t)written;
        } else if (written == 0 || errno != EAGAIN || !wait_for_room()) {
            return false;
        }
    }
    return true;
}
