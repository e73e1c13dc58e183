/* Why a process ended: by a signal, with a core, or because the kernel killed it for memory, which
 * it counts in the cgroup (memory.events in version 2, memory.oom_control in version 1). */
#ifndef TINYINIT_DEATH_H
#define TINYINIT_DEATH_H

#include <sys/types.h>

/* Remembers the kernel's count of processes killed for memory, once main has been started: before,
 * it would cost every start a third more. Of a main that is killed sooner it is said how often
 * memory has run out so far, not that this was the reason. */
void death_remember(void);

/* Says why main ended, if it was a signal, and whether the kernel has killed processes for memory
 * since the last time; `status` is wait's. At --verbose an exit too. */
void death_explain_main(const char *program, pid_t pid, int status);

/* Says that an orphan has ended, and that it was killed for memory, if it was. */
void death_explain_orphan(pid_t pid, int status);

#endif
