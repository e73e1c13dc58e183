/* One option and the text that it is set to, wherever that text comes from: a flag, a TINYINIT_*
 * variable, a key of [init]. */
#ifndef TINYINIT_SETTING_H
#define TINYINIT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pid1/options.h"

enum option {
    OPTION_NONE = -1,
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

/* As much of a text as a message shows of it. */
typedef char shown_text[64];

void show_text(shown_text shown, const char *text, size_t length);

/* One place that options are set in. Lists start anew in each, so that a flag replaces a variable;
 * within one they add up. */
struct setter {
    struct options *options;
    uint32_t seen; /* bit per option */
    uint64_t rewritten; /* bit per signal, by the text at hand */
    shown_text refused; /* what an option did not take: its text or an item of it */
};

/* The option of this name, else OPTION_NONE. */
enum option option_find(const char *name);

/* The nearest name from `first` on, for "did you mean", else NULL. */
const char *option_nearest(const char *name, enum option first);

/* Whether it may not stand without a value. */
bool option_takes_value(enum option option);

/* Whether it is a list, whose items add up. */
bool option_is_list(enum option option);

/* Used if it is there; any other contract must be. */
extern const char default_config[];

void settings_default(struct options *options);

/* Sets `option` to `text`; NULL for a flag that stands alone. Returns NULL, or what was expected
 * instead of what was refused. */
const char *setting_set(struct setter *setter, enum option option, const char *text);

#endif
