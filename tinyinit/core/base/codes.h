/* The exit codes that are not main's own. 64 and 78 are those of sysexits.h. */
#ifndef TINYINIT_CODES_H
#define TINYINIT_CODES_H

enum {
    WRONG_USAGE = 64,
    WRONG_CONFIGURATION = 78,
    CANNOT_WORK = 125, /* tinyinit itself */
    CANNOT_RUN = 126,
    NOT_FOUND = 127,
};

#endif
