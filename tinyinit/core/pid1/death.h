/* Why a process ended: by a signal, with a core, or because the kernel killed it for memory. */
#ifndef TINYINIT_DEATH_H
#define TINYINIT_DEATH_H

#include <stdbool.h>
#include <sys/types.h>

/* How a process has ended; the status is wait's. */
struct death {
    const char *program;
    pid_t pid;
    int status;
};

/* Says why main ended, if it was a signal, and whether the kernel has killed processes for memory
 * since the last time. At --verbose an exit too, and a death that `is_ordinary`. */
void death_explain_main(const struct death *death, bool is_ordinary);

/* Says how an orphan has ended, and that it was killed for memory, if it was. Its program is "" if
 * its name is not known. */
void death_explain_orphan(const struct death *death);

/* Says what the kernel has killed for memory since the last time: nobody's death told of it. */
void death_tell_memory(void);

#endif
