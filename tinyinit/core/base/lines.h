/* The lines of a file, one after the other, without the heap. */
#ifndef TINYINIT_LINES_H
#define TINYINIT_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
    int fd;
    size_t at, end; /* what of `read` has not been looked at */
    char read[4096];
    char line[8192];
};

/* False with errno if there is no such file. */
bool lines_open(struct lines *lines, const char *file);

/* The next line, without its end; the caller may change it until the next call. After the last line
 * it is NULL, and the file is closed. A line that does not fit is left out. */
char *lines_next(struct lines *lines);

#endif
