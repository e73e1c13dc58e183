/* A file that holds a contract, variables or one value, read whole into the arena. */
#ifndef TINYINIT_FILE_H
#define TINYINIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    FILE_MAX = 1 << 20,
    STRING_MAX =
        (128 << 10) - 1, /* the kernel's limit for one environment string, without the NUL */
};

struct file {
    char *text; /* ends with '\0' */
    size_t length;
};

/* What file_read() says of a file that is not there: this very pointer. */
extern const char file_missing[] __attribute__((visibility("hidden")));

/* Reads the regular file `path`, below the open `folder` unless that is AT_FDCWD. Returns NULL, or
 * why it cannot be read: "it does not exist". Waits for nobody: not for the other end of a pipe. */
const char *file_read(int folder, const char *path, size_t limit, struct file *file);

#endif
