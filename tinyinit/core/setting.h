/* One option and the text that it is set to, wherever that text comes from: a flag, a TINYINIT_*
 * variable, a key of [init]. */
#ifndef TINYINIT_SETTING_H
#define TINYINIT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"
#include "rlimits.h"
#include "signals.h"

enum option {
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_PRINT,
    OPTION_FORMAT,
    OPTION_ENV_FILE,
    OPTION_CONFIG,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_GROUP,
    OPTION_NO_NEW_PRIVS,
    OPTION_LOG,
    OPTION_REWRITE,
    OPTION_DRAIN,
    OPTION_STOP_SIGNAL,
    OPTION_STOP_TIMEOUT,
    OPTION_GRACE,
    OPTION_SUCCESS,
    OPTION_PARENT_DEATH,
    OPTION_STACK,
    OPTION_ULIMIT,
    OPTION_USER,
    OPTION_COUNT,
    FIRST_VARIABLE = OPTION_CONFIG, /* those before it only make sense as flags */
    FIRST_SETTING = OPTION_QUIET, /* those before it are not for [init] */
};

enum { OPTION_NAME_SIZE = 16 };

struct options {
    enum level log_level;
    bool group; /* signals go to main's whole group */
    int stop_signal; /* 0: none */
    int parent_death; /* signal for main when our parent dies; 0: none */
    int64_t drain_ms; /* 0: off */
    int64_t stop_timeout_ms; /* 0: off */
    int64_t grace_ms;
    bool no_new_privs; /* main and its children get no rights by exec */
    bool preload; /* this file is loaded with main, for the stacks of its threads */
    uint64_t stack_size; /* soft limit of main's stack in bytes; 0: as it is */
    const char *config; /* the contract's file; NULL: none */
    const char *user; /* as it was written, and kept where it was; NULL: as we are */
    uint64_t success[4]; /* bit per exit code that becomes 0 */
    unsigned char rewrite[SIGNAL_MAX + 1]; /* what main gets for a signal; 0: nothing */
    struct limits limits;
};

/* A text that an option does not take: "VALUE, not EXPECTED". */
struct refusal {
    char value[64];
    const char *expected;
};

/* The options that have been set in one place. Lists start anew in each, so that a flag replaces a
 * variable; within one they add up. */
typedef uint32_t settings_seen;

const char *option_name(enum option option);

/* The option of this name, else OPTION_COUNT. */
enum option option_find(const char *name, size_t length);

/* The nearest one from `first` on, for "did you mean", else OPTION_COUNT. */
enum option option_nearest(const char *name, size_t length, enum option first);

/* Whether it may not stand without a value. */
bool option_takes_value(enum option option);

/* Whether it is a list, whose items add up. */
bool option_is_list(enum option option);

/* Used if it is there; any other contract must be. */
extern const char default_config[];

void settings_default(struct options *options);

/* Sets `option` to `text`; NULL for a flag that stands alone. False and why, if it does not fit. */
bool setting_set(struct options *options, enum option option, const char *text, settings_seen *seen,
                 struct refusal *refusal);

#endif
