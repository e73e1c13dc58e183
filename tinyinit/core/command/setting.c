#include "command/setting.h"

#include <string.h>

#include "base/distance.h"
#include "base/text.h"
#include "base/value.h"
#include "pid1/stack.h"
#include "pid1/user.h"

#include "base/startup_only.h"

/* What takes an option's text. */
enum setting_kind {
    KIND_OTHER, /* no setting; it has no text */
    KIND_BOOL,
    KIND_QUIET,
    KIND_VERBOSE,
    KIND_OTHER_VALUE, /* no setting; from here on there must be a text */
    KIND_LOG,
    KIND_CONFIG,
    KIND_USER,
    KIND_DURATION,
    KIND_SIGNAL,
    KIND_STACK,
    KIND_REWRITE, /* from here on it is a list */
    KIND_SUCCESS,
    KIND_ULIMIT,
};

/* In the order of enum option. In one string, not pointers to many: nothing to relocate. */
static const char option_names[] =
    "help\0version\0print\0format\0env-file\0config\0quiet\0verbose\0group\0no-new-privs\0log\0"
    "rewrite\0drain\0stop-signal\0stop-timeout\0grace\0success\0parent-death\0stack\0"
    "ulimit\0user\0";

#define FIELD(kind, field)                                                                         \
    {                                                                                              \
        KIND_##kind, offsetof(struct options, field), sizeof((struct options *)NULL)->field        \
    }

/* The field is all zero when the option is off (but for what reset_rewrite() then does). */
static const struct known {
    unsigned char kind, offset, size;
} known[OPTION_COUNT] = {
    [OPTION_FORMAT] = {KIND_OTHER_VALUE, 0, 0},
    [OPTION_ENV_FILE] = {KIND_OTHER_VALUE, 0, 0},
    [OPTION_CONFIG] = FIELD(CONFIG, config),
    [OPTION_QUIET] = FIELD(QUIET, log_level),
    [OPTION_VERBOSE] = FIELD(VERBOSE, log_level),
    [OPTION_GROUP] = FIELD(BOOL, group),
    [OPTION_NO_NEW_PRIVS] = FIELD(BOOL, no_new_privs),
    [OPTION_LOG] = {KIND_LOG, 0, 0},
    [OPTION_REWRITE] = FIELD(REWRITE, rewrite),
    [OPTION_DRAIN] = FIELD(DURATION, drain_ms),
    [OPTION_STOP_SIGNAL] = FIELD(SIGNAL, stop_signal),
    [OPTION_STOP_TIMEOUT] = FIELD(DURATION, stop_timeout_ms),
    [OPTION_GRACE] = FIELD(DURATION, grace_ms),
    [OPTION_SUCCESS] = FIELD(SUCCESS, success),
    [OPTION_PARENT_DEATH] = FIELD(SIGNAL, parent_death),
    [OPTION_STACK] = FIELD(STACK, stack),
    [OPTION_ULIMIT] = FIELD(ULIMIT, limits.set),
    [OPTION_USER] = FIELD(USER, user),
};

const char default_config[] = "/etc/tinyinit.toml";

static const char expects_signal[] = "a signal (TERM, SIGTERM, RTMIN+1, or a number from 1 to 64)";

enum option option_find(const char *name)
{
    return (enum option)parse_word(name, option_names);
}

bool option_takes_value(enum option option)
{
    return known[option].kind >= KIND_OTHER_VALUE;
}

bool option_is_list(enum option option)
{
    return known[option].kind >= KIND_REWRITE;
}

const char *option_nearest(const char *name, enum option first)
{
    struct nearest nearest = {.wanted = name, .wanted_length = strlen(name)};
    const char *next = option_names;
    for (int option = 0; *next; option++) {
        size_t length = strlen(next);
        if (option >= (int)first)
            nearest_try(&nearest, next, length);
        next += length + 1;
    }
    return nearest.best;
}

/* Not inlined, nor is set_value(): what is there once and has its registers to itself is short. */
__attribute__((noinline)) void show_text(shown_text shown, const char *text, size_t length)
{
    if (length > sizeof(shown_text) - 1)
        length = sizeof(shown_text) - 1;
    memmove(shown, text, length);
    shown[length] = '\0';
}

/* NULL for a signal that reaches tinyinit, which must live to pass it on. */
static const char *refuse_signal(int sig)
{
    if (!sig)
        return expects_signal;
    return sig == SIGKILL || sig == SIGSTOP || sig == SIGCHLD
               ? "a signal that is forwarded (KILL, STOP and CHLD are not)"
               : NULL;
}

static const char *add_rewrite(struct setter *setter, char *item)
{
    char *target = text_find(item, ':');
    if (!*target)
        return "FROM:TO (like HUP:USR1; a TO of 0 drops the signal)";
    *target++ = '\0';
    int from = signal_number(item), to = signal_number(target);
    const char *expected = refuse_signal(from);
    if (expected)
        return expected;
    if (!to && strcmp(target, "0") != 0) {
        show_text(item, target, strlen(target));
        return expects_signal;
    }
    if (setter->rewritten >> (from - 1) & 1)
        return "a signal that is rewritten once";
    setter->rewritten |= UINT64_C(1) << (from - 1);
    setter->options->rewrite[from] = (unsigned char)to;
    return NULL;
}

static void reset_rewrite(struct options *options)
{
    for (int sig = 0; sig <= SIGNAL_MAX; sig++)
        options->rewrite[sig] = (unsigned char)sig;
}

static const char *add_success(struct options *options, const char *item)
{
    int code = (int)parse_up_to(item, 255);
    if (code < 0)
        return "an exit code (0 to 255; several: 1,143)";
    options->success[code / 64] |= UINT64_C(1) << (code % 64);
    return NULL;
}

static const char *set_stack(struct options *options, const char *text)
{
    int64_t size = !strcmp(text, "auto") ? 0 : parse_size(text);
    if (size < 0)
        return "auto, off or a size (8M, 512k)";
    if (size > STACK_MOST)
        return "a size up to 8M, which is all that musl gives a thread (for main's stack "
               "alone: --ulimit stack=SIZE)";
    if (size && size < STACK_LEAST)
        return "a size from 16k on, which is the least for a thread";
    options->stack.preload = true;
    options->stack.size = (uint64_t)size;
    return NULL;
}

static void set_flag(struct options *options, const struct known *option, bool on)
{
    enum level level = option->kind == KIND_QUIET ? LEVEL_ERROR : LEVEL_INFO;
    if (option->kind == KIND_BOOL)
        *((bool *)options + option->offset) = on;
    else if (on)
        options->log_level = level;
    else if (options->log_level == level)
        options->log_level = LEVEL_WARNING;
}

__attribute__((noinline)) static const char *set_value(struct setter *setter,
                                                       const struct known *option, const char *text)
{
    struct options *options = setter->options;
    void *field = (char *)options + option->offset;
    int which;
    int64_t duration;
    switch (option->kind) {
    case KIND_LOG:
        /* At once, so that what is wrong with later options is told in the form that is asked for.
         */
        which = parse_word(text, "text\0json\0");
        if (which < 0)
            return "text or json (to silence it: --quiet)";
        message_set_json(which);
        return NULL;
    case KIND_CONFIG:
        options->config = text;
        return NULL;
    case KIND_USER:
        options->user = text;
        return user_is_valid(text) ? NULL : "NAME|UID[:GROUP|GID] (app, 1000:1000)";
    case KIND_DURATION:
        duration = parse_duration(text);
        if (duration < 0)
            return "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds)";
        *(int64_t *)field = duration;
        return NULL;
    case KIND_SIGNAL:
        return refuse_signal(*(int *)field = signal_number(text));
    case KIND_STACK:
        return set_stack(options, text);
    case KIND_REWRITE:
        return add_rewrite(setter, setter->refused);
    case KIND_SUCCESS:
        return add_success(options, setter->refused);
    case KIND_ULIMIT:
        return limits_add(&options->limits, setter->refused);
    default:
        return "on or off";
    }
}

void settings_default(struct options *options)
{
    memset(options, 0, sizeof *options);
    options->log_level = LEVEL_WARNING;
    options->stop_signal = SIGTERM;
    options->grace_ms = 5000;
    options->stack.preload = true;
    options->config = default_config;
    reset_rewrite(options);
}

const char *setting_set(struct setter *setter, enum option number, const char *text)
{
    const struct known *option = &known[number];
    bool is_list = option->kind >= KIND_REWRITE;
    int on = text ? parse_bool(text) : 1;
    if (on >= 0 && option->kind < KIND_OTHER_VALUE) {
        set_flag(setter->options, option, on);
        return NULL;
    }
    /* "0" is off too, but for --success it is an exit code and for --user root. */
    bool is_off = on == 0 && option->kind != KIND_LOG &&
                  (*text != '0' || (option->kind != KIND_SUCCESS && option->kind != KIND_USER));
    if (is_off || (is_list && !(setter->seen >> number & 1))) {
        memset((char *)setter->options + option->offset, 0, option->size);
        if (option->kind == KIND_REWRITE)
            reset_rewrite(setter->options);
    }
    setter->seen |= 1U << number;
    setter->rewritten = 0;
    while (!is_off) {
        /* What is longer than any valid item is cut, and no reader takes it. */
        const char *end = text_find(text, is_list ? ',' : '\0');
        show_text(setter->refused, text, (size_t)(end - text));
        const char *expected = set_value(setter, option, text);
        if (expected || !*end)
            return expected;
        text = end + 1;
    }
    return NULL;
}
