/* Why a process ended: by a signal, with a core, or because the kernel killed it for memory. */
#ifndef TINYINIT_DEATH_H
#define TINYINIT_DEATH_H

#include <sys/types.h>

/* Says why main ended, if it was a signal, and whether the kernel has killed processes for memory
 * since the last time; `status` is wait's. At --verbose an exit too. */
void death_explain_main(const char *program, pid_t pid, int status);

/* Says that an orphan has ended, and that it was killed for memory, if it was. */
void death_explain_orphan(pid_t pid, int status);

#endif
