/* The processes that are still alive when main has ended: who they are, and signals for them. */
#ifndef TINYINIT_LEFTOVERS_H
#define TINYINIT_LEFTOVERS_H

#include <sys/types.h>

enum { LEFTOVERS_NAMES_SIZE = 192 };

/* Sends `sig` and then, unless it is 0, `then` to every leftover: as PID 1 to everyone in the PID
 * namespace, else to our own descendants and to nobody else. Where there is no /proc to find those,
 * to main's group, of which some child of ours must be left. */
void leftovers_signal(pid_t main_group, int sig, int then);

/* Writes the first few by name, "sleep (pid 12), redis-server (pid 14) and 3 more", and returns
 * that; "processes" where there is no /proc to see them. */
const char *leftovers_names(char names[LEFTOVERS_NAMES_SIZE]);

#endif
