/* The time. */
#ifndef TINYINIT_CLOCK_H
#define TINYINIT_CLOCK_H

#include <time.h>

/* clock_gettime(), where it can be without the C library's: that looks for the kernel's function in
 * memory first, which costs a short run more than it saves, and a kilobyte. */
void clock_read(clockid_t clock, struct timespec *now);

#endif
