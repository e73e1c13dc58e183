/* The time. */
#ifndef TINYINIT_CLOCK_H
#define TINYINIT_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds on a clock. By the raw system call where that is possible: the C library's
 * clock_gettime() first looks for the vDSO, which costs a short run more than it saves. */
int64_t clock_ms(clockid_t clock);

#endif
