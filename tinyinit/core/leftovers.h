/* The processes that are still alive when main has ended: who they are, and signals for them. */
#ifndef TINYINIT_LEFTOVERS_H
#define TINYINIT_LEFTOVERS_H

#include <stdbool.h>
#include <stddef.h>

/* Sends `sig` and then, unless it is 0, `then` to every leftover: as PID 1 to everyone in the PID
 * namespace, else to our own descendants and to nobody else. False if they cannot be found, which
 * only happens when we are not PID 1 and there is no /proc. */
bool leftovers_signal(int sig, int then);

/* Whether leftovers_signal() can find them. */
bool leftovers_visible(void);

#endif
