/* The time. */
#ifndef TINYINIT_CLOCK_H
#define TINYINIT_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds on a clock. Not with clock_gettime(), where it can be without: the C library's looks
 * for the kernel's function in memory first, which costs a short run more than it saves, and a
 * kilobyte. */
int64_t clock_ms(clockid_t clock);

#endif
