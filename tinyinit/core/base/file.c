#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/descriptors.h"

#include "base/startup_only.h"

const char file_missing[] = "it does not exist";
static const char not_regular[] = "it is not a regular file";
static const char reading_failed[] = "reading it failed";

static const char *cannot_open(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return file_missing;
    case ENXIO: /* a socket */
        return not_regular;
    case EACCES:
    case EPERM:
        return "permission denied";
    default:
        return reading_failed;
    }
}

/* What others write to while it is read is taken as it comes, up to the size that it had. */
static const char *read_all(int fd, uint64_t size, size_t limit, struct file *file)
{
    /* Files of /proc and /sys say 0. */
    bool has_size = size && size <= limit;
    size_t room = (has_size ? (size_t)size : limit) + 1;
    file->text = arena_take(room + 1);
    file->length = 0;
    while (file->length < room) {
        ssize_t count = read(fd, file->text + file->length, room - file->length);
        if (count < 0)
            return reading_failed;
        if (count == 0)
            return NULL;
        file->length += (size_t)count;
    }
    if (has_size)
        return "it changes while it is read";
    return limit == FILE_MAX ? "it is longer than 1 MiB" : "it is longer than 128 KiB";
}

const char *file_read(int folder, const char *path, size_t limit, struct file *file)
{
    struct stat status;
    int fd = descriptors_open_at(folder, path, 0);
    if (fd < 0)
        return cannot_open(errno);
    const char *problem = not_regular;
    if (!descriptors_status(fd, &status))
        problem = reading_failed;
    else if (S_ISREG(status.st_mode))
        problem = read_all(fd, (uint64_t)status.st_size, limit, file);
    else if (folder != AT_FDCWD && S_ISDIR(status.st_mode))
        problem = file_missing; /* a folder of secrets may hold others */
    close(fd);
    return problem;
}
