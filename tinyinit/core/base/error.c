#include "base/error.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/value.h"

const char *error_text(int error)
{
    /* Each with its text at the same place. */
    static const unsigned char known[] = {
        EPERM,       ENOENT,       EIO,          ENXIO,        EAGAIN,       ENOMEM,
        EACCES,      ENOTDIR,      EISDIR,       EINVAL,       ENFILE,       EMFILE,
        EROFS,       ENAMETOOLONG, ENOSYS,       ELOOP,        EPIPE,        EADDRNOTAVAIL,
        ENETUNREACH, ECONNRESET,   ECONNREFUSED, EHOSTUNREACH, EAFNOSUPPORT,
    };
    static const char texts[] =
        "Operation not permitted\0No such file or directory\0I/O error\0"
        "No such device or address\0Resource temporarily unavailable\0Out of memory\0"
        "Permission denied\0Not a directory\0"
        "Is a directory\0Invalid argument\0Too many open files in system\0"
        "No file descriptors available\0Read-only file system\0Filename too long\0"
        "Function not implemented\0Symbolic link loop\0"
        "Broken pipe\0Address not available\0Network unreachable\0Connection reset by peer\0"
        "Connection refused\0Host is unreachable\0Address family not supported by protocol";
    static const char prefix[] = "error ";
    static char other[sizeof prefix - 1 + NUMBER_SIZE];
    for (unsigned i = 0; i < sizeof known; i++)
        if (known[i] == error)
            return choice_text(texts, i);
    char *digits = number_text((uint64_t)error, other + sizeof prefix - 1);
    return memcpy(digits - (sizeof prefix - 1), prefix, sizeof prefix - 1);
}
