/* Other processes, as /proc shows them. */
#ifndef TINYINIT_PROCESS_H
#define TINYINIT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

enum { PROCESS_NAME_SIZE = 16 }; /* the kernel's own */

/* Whether /proc is that of our PID namespace: in another's the numbers mean other processes. */
bool process_can_look(void);

/* What the process is called now, a zombie too; "" if that cannot be known. */
void process_name(pid_t pid, char name[PROCESS_NAME_SIZE]);

/* The parent, 0 if the process is gone. `is_zombie` may be NULL. */
pid_t process_parent(pid_t pid, bool *is_zombie);

#endif
