/* The life of PID 1: start main, forward, reap, end. */
#ifndef TINYINIT_SUPERVISE_H
#define TINYINIT_SUPERVISE_H

#include "pid1/launch.h"

/* Runs the program to its end and everything it leaves behind. Returns main's exit
 * code, or minus the exit code of why it was not started. */
int supervise(struct launch *plan);

#endif
