/* Giving back what start-up used and the life of PID 1 does not need. */
#ifndef TINYINIT_STARTUP_H
#define TINYINIT_STARTUP_H

/* Of what the code that stays calls, and of what must have a frame of its own: inlined, start-up
 * would stay as well, or what its caller has on the stack would go. */
#define NOT_INLINED __attribute__((noinline))

/* Unmaps the code of start-up (the files that include startup_only.h), which must not be called
 * from here on, and drops the stack that it used. */
NOT_INLINED void startup_release(void);

#endif
