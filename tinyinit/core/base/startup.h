/* Giving back what start-up used and the life of PID 1 does not need. */
#ifndef TINYINIT_STARTUP_H
#define TINYINIT_STARTUP_H

/* Marks start-up functions that resident code calls: inlined, they would stay resident. Also what
 * must have a stack frame of its own. */
#define NOT_INLINED __attribute__((noinline))

/* Unmaps the code of start-up (the files that include startup_only.h), which must not be called
 * from here on, and drops the stack that it used. */
NOT_INLINED void startup_release(void);

#endif
