/* Resource limits for main, as the kernel knows them: their names, what --ulimit says of them, and
 * setting them in the child. */
#ifndef TINYINIT_RLIMITS_H
#define TINYINIT_RLIMITS_H

#include <stdbool.h>
#include <stdint.h>

enum { LIMIT_COUNT = 16 };

/* In bytes, seconds or pieces, as the kernel counts; UINT64_MAX is unlimited. */
struct limit {
    uint64_t soft;
    uint64_t hard;
};

struct limits {
    uint32_t set; /* bit per limit that main gets from us */
    struct limit by_number[LIMIT_COUNT]; /* by RLIMIT_… */
};

/* Adds NAME=SOFT[:HARD], as docker writes it. NULL, or what was expected. Changes `text`. */
const char *limits_add(struct limits *limits, char *text);

/* Sets `size` as the soft limit of the stack, or the hard limit if that is lower: then says so. */
void limits_set_stack(struct limits *limits, uint64_t size);

/* Sets them for this process. Returns 0, or the exit code after saying why one cannot be set. Safe
 * after vfork. */
int limits_apply(const struct limits *limits);

#endif
