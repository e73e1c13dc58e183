/* What PID 1 is told. */
#ifndef TINYINIT_OPTIONS_H
#define TINYINIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message.h"
#include "pid1/rlimits.h"
#include "pid1/signals.h"

struct options {
    enum level log_level;
    bool group; /* signals go to main's whole group */
    bool no_new_privs; /* main and its children get no rights by exec */
    int stop_signal; /* 0: none */
    int parent_death; /* signal for main when our parent dies; 0: none */
    int64_t drain_ms; /* 0: off */
    int64_t stop_timeout_ms; /* 0: off */
    int64_t grace_ms;
    uint64_t success[4]; /* bit per exit code that becomes 0 */
    struct {
        bool preload; /* this file is loaded with main, for the stacks of its threads */
        uint64_t size; /* soft limit of main's stack in bytes; 0: as it is */
    } stack;
    const char *config; /* the contract's file; NULL: none */
    const char *user; /* as it was written, and kept where it was; NULL: as we are */
    unsigned char rewrite[SIGNAL_MAX + 1]; /* what main gets for a signal; 0: nothing */
    struct limits limits;
};

#endif
