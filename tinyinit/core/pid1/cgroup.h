/* The memory files of our cgroup: how many processes the kernel has killed for memory
 * (memory.events in version 2, memory.oom_control in version 1), and the limit. */
#ifndef TINYINIT_CGROUP_H
#define TINYINIT_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* A kill and the death of which it is the reason are seen within this time. */
enum { CGROUP_RECENT_MS = 1000 };

/* Remembers the kernel's count of processes killed for memory, once main has been started: before,
 * it would cost every start a third more. Of a main that is killed sooner it is said how often
 * memory has run out so far, not that this was the reason. */
void cgroup_remember(void);

/* Lets the kernel send SIGIO when the count changes, where it can (version 2). Opens descriptors
 * that must stay. */
void cgroup_watch(void);

/* Whether it has been remembered, so that a count which has risen since is news. */
bool cgroup_is_remembered(void);

/* How many processes were killed for memory since the last look. `is_recent`: within
 * CGROUP_RECENT_MS, as far as can be known. Without SIGIO that is only if the last look was: a kill
 * of an hour ago must not pass for the reason of a death that is seen now. */
int64_t cgroup_killed_since(bool *is_recent);

/* The smallest limit of our cgroup and those above it, in bytes, as it is now; 0: none. */
int64_t cgroup_limit(void);

#endif
