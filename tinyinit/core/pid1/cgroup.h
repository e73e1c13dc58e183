/* The memory files of our cgroup: how many processes the kernel has killed for memory
 * (memory.events in version 2, memory.oom_control in version 1), and the limit. */
#ifndef TINYINIT_CGROUP_H
#define TINYINIT_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* Limits from this on are what both versions say for "none". */
static const int64_t CGROUP_NO_LIMIT = INT64_C(1) << 60;

/* Remembers the kernel's count of processes killed for memory, once main has been started: before,
 * it would cost every start a third more. Of a main that is killed sooner it is said how often
 * memory has run out so far, not that this was the reason. */
void cgroup_remember(void);

/* Whether it has been, so that a count which has risen since is news. */
bool cgroup_is_remembered(void);

/* How many processes were killed for memory since the last look. */
int64_t cgroup_killed_since(void);

/* In bytes; 0 if it is not known. */
int64_t cgroup_limit(void);

#endif
