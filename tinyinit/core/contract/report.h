/* Problems and warnings as people, programs and GitHub read them. */
#ifndef TINYINIT_REPORT_H
#define TINYINIT_REPORT_H

#include <stdbool.h>

#include "base/message.h"
#include "formats/problem.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_GITHUB };

struct report {
    const char *file; /* what reports call the contract */
    const struct problems *problems;
    bool of_contract; /* what is wrong is in the file, not in the environment */
    bool quiet; /* no warnings, as text */
};

/* Returns the whole report, which lies in the arena. */
struct buffer report_format(const struct report *report, enum format format);

#endif
