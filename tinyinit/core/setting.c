#include "setting.h"

#include <string.h>

#include "distance.h"
#include "stack.h"
#include "text.h"
#include "user.h"
#include "value.h"

#include "startup_only.h"

/* Names in place, not pointers to them: nothing to relocate. */
static const char names[OPTION_COUNT][OPTION_NAME_SIZE] = {
    "help",         "version", "print",        "format",       "env-file", "config", "quiet",
    "verbose",      "group",   "no-new-privs", "log",          "rewrite",  "drain",  "stop-signal",
    "stop-timeout", "grace",   "success",      "parent-death", "stack",    "ulimit", "user",
};

const char default_config[] = "/etc/tinyinit.toml";

static const char expects_signal[] = "a signal (TERM, SIGTERM, RTMIN+1, or a number from 1 to 64)";
static const char expects_forwarded[] = "a signal that is forwarded (KILL, STOP and CHLD are not)";

const char *option_name(enum option option)
{
    return names[option];
}

enum option option_find(const char *name, size_t length)
{
    for (unsigned i = 0; i < OPTION_COUNT; i++)
        if (strlen(names[i]) == length && !memcmp(names[i], name, length))
            return (enum option)i;
    return OPTION_COUNT;
}

bool option_takes_value(enum option option)
{
    return option >= OPTION_LOG || (option >= OPTION_FORMAT && option <= OPTION_CONFIG);
}

bool option_is_list(enum option option)
{
    return option == OPTION_REWRITE || option == OPTION_SUCCESS || option == OPTION_ULIMIT;
}

enum option option_nearest(const char *name, size_t length, enum option first)
{
    struct nearest nearest = {.wanted = name, .wanted_length = length};
    enum option best = OPTION_COUNT;
    for (unsigned i = first; i < OPTION_COUNT; i++)
        if (nearest_try(&nearest, names[i], strlen(names[i])))
            best = (enum option)i;
    return best;
}

static bool refuse(struct refusal *refusal, const char *value, const char *expected)
{
    size_t length = strnlen(value, sizeof refusal->value - 1);
    memmove(refusal->value, value, length);
    refusal->value[length] = '\0';
    refusal->expected = expected;
    return false;
}

/* Copies the next item of a comma separated list; false at its end. What is longer than any valid
 * item is cut, and no reader takes it. */
static bool next_item(const char **list, char item[64])
{
    if (!*list)
        return false;
    size_t length = (size_t)(text_find(*list, ',') - *list);
    size_t kept = length < 63 ? length : 63;
    memcpy(item, *list, kept);
    item[kept] = '\0';
    *list = (*list)[length] ? *list + length + 1 : NULL;
    return true;
}

/* "TERM", "10": false for what is none, and for what never reaches tinyinit. */
static bool read_forwarded(const char *text, int *sig, struct refusal *refusal)
{
    *sig = signal_number(text);
    if (!*sig)
        return refuse(refusal, text, expects_signal);
    if (*sig == SIGKILL || *sig == SIGSTOP || *sig == SIGCHLD)
        return refuse(refusal, text, expects_forwarded);
    return true;
}

static bool set_rewrite(struct options *options, const char *list, struct refusal *refusal)
{
    char item[64];
    uint64_t rewritten = 0;
    while (next_item(&list, item)) {
        char *colon = text_find(item, ':');
        if (!*colon)
            return refuse(refusal, item, "FROM:TO (like HUP:USR1; a TO of 0 drops the signal)");
        *colon = '\0';
        int from, to = signal_number(colon + 1);
        if (!read_forwarded(item, &from, refusal))
            return false;
        if (!to && strcmp(colon + 1, "0") != 0)
            return refuse(refusal, colon + 1, expects_signal);
        if (rewritten & (UINT64_C(1) << (from - 1)))
            return refuse(refusal, item, "a signal that is rewritten once");
        rewritten |= UINT64_C(1) << (from - 1);
        options->rewrite[from] = (unsigned char)to;
    }
    return true;
}

static void reset_rewrite(struct options *options)
{
    for (int sig = 0; sig <= SIGNAL_MAX; sig++)
        options->rewrite[sig] = (unsigned char)sig;
}

static bool set_success(struct options *options, const char *list, struct refusal *refusal)
{
    char item[64];
    uint64_t code;
    while (next_item(&list, item)) {
        if (!parse_number(item, &code) || code > 255)
            return refuse(refusal, item, "an exit code (0 to 255; several: 1,143)");
        options->success[code / 64] |= UINT64_C(1) << (code % 64);
    }
    return true;
}

static bool set_duration(int64_t *field, const char *text, struct refusal *refusal)
{
    return parse_duration(text, field) ||
           refuse(refusal, text, "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds)");
}

/* At once, so that what is wrong with later options is told in the form that is asked for. */
static bool set_log(const char *text, struct refusal *refusal)
{
    bool json = !strcmp(text, "json");
    if (!json && strcmp(text, "text") != 0)
        return refuse(refusal, text, "text or json (to silence it: --quiet)");
    message_set_json(json);
    return true;
}

static bool set_stack(struct options *options, const char *text, struct refusal *refusal)
{
    uint64_t size = 0;
    if (strcmp(text, "auto") != 0 && !parse_size(text, &size))
        return refuse(refusal, text, "auto, off or a size (8M, 512k)");
    if (size > STACK_MOST)
        return refuse(refusal, text,
                      "a size up to 8M, which is all that musl gives a thread (for main's stack "
                      "alone: --ulimit stack=SIZE)");
    if (size && size < STACK_LEAST)
        return refuse(refusal, text, "a size from 16k on, which is the least for a thread");
    options->preload = true;
    options->stack_size = size;
    return true;
}

static bool set_limits(struct options *options, const char *list, struct refusal *refusal)
{
    char item[64];
    while (next_item(&list, item)) {
        const char *expected = limits_add(&options->limits, item);
        if (expected)
            return refuse(refusal, item, expected);
    }
    return true;
}

static bool set_user(struct options *options, const char *text, struct refusal *refusal)
{
    options->user = text;
    return user_is_valid(text) || refuse(refusal, text, "NAME|UID[:GROUP|GID] (app, 1000:1000)");
}

static void set_log_level(struct options *options, enum level level, bool on)
{
    if (on)
        options->log_level = level;
    else if (options->log_level == level)
        options->log_level = LEVEL_WARNING;
}

static bool set_flag(struct options *options, enum option option, bool on)
{
    if (option == OPTION_GROUP)
        options->group = on;
    else if (option == OPTION_NO_NEW_PRIVS)
        options->no_new_privs = on;
    else
        set_log_level(options, option == OPTION_QUIET ? LEVEL_ERROR : LEVEL_INFO, on);
    return true;
}

static bool set_value(struct options *options, enum option option, const char *text,
                      struct refusal *refusal)
{
    switch (option) {
    case OPTION_LOG:
        return set_log(text, refusal);
    case OPTION_REWRITE:
        return set_rewrite(options, text, refusal);
    case OPTION_DRAIN:
        return set_duration(&options->drain_ms, text, refusal);
    case OPTION_STOP_SIGNAL:
        return read_forwarded(text, &options->stop_signal, refusal);
    case OPTION_STOP_TIMEOUT:
        return set_duration(&options->stop_timeout_ms, text, refusal);
    case OPTION_GRACE:
        return set_duration(&options->grace_ms, text, refusal);
    case OPTION_SUCCESS:
        return set_success(options, text, refusal);
    case OPTION_STACK:
        return set_stack(options, text, refusal);
    case OPTION_ULIMIT:
        return set_limits(options, text, refusal);
    case OPTION_USER:
        return set_user(options, text, refusal);
    case OPTION_CONFIG:
        options->config = text;
        return true;
    default:
        /* The kernel sends it to tinyinit, which must live to pass it on. */
        return read_forwarded(text, &options->parent_death, refusal);
    }
}

static void set_off(struct options *options, enum option option)
{
    switch (option) {
    case OPTION_REWRITE:
        reset_rewrite(options);
        break;
    case OPTION_DRAIN:
        options->drain_ms = 0;
        break;
    case OPTION_STOP_SIGNAL:
        options->stop_signal = 0;
        break;
    case OPTION_STOP_TIMEOUT:
        options->stop_timeout_ms = 0;
        break;
    case OPTION_GRACE:
        options->grace_ms = 0;
        break;
    case OPTION_SUCCESS:
        memset(options->success, 0, sizeof options->success);
        break;
    case OPTION_STACK:
        options->preload = false;
        options->stack_size = 0;
        break;
    case OPTION_ULIMIT:
        options->limits.set = 0;
        break;
    case OPTION_USER:
        options->user = NULL;
        break;
    case OPTION_CONFIG:
        options->config = NULL;
        break;
    default:
        options->parent_death = 0;
    }
}

void settings_default(struct options *options)
{
    *options = (struct options){
        .log_level = LEVEL_WARNING,
        .stop_signal = SIGTERM,
        .grace_ms = 5000,
        .preload = true,
        .config = default_config,
    };
    reset_rewrite(options);
}

bool setting_set(struct options *options, enum option option, const char *text, settings_seen *seen,
                 struct refusal *refusal)
{
    bool on;
    settings_seen bit = UINT32_C(1) << option;
    if (!text)
        return set_flag(options, option, true);
    if (!option_takes_value(option))
        return parse_bool(text, &on) ? set_flag(options, option, on)
                                     : refuse(refusal, text, "on or off");
    if (!(*seen & bit) && option_is_list(option))
        set_off(options, option);
    *seen |= bit;
    /* "0" is off too, but for --success it is an exit code and for --user root. */
    bool is_number = *text == '0' && (option == OPTION_SUCCESS || option == OPTION_USER);
    if (option != OPTION_LOG && parse_bool(text, &on) && !on && !is_number) {
        set_off(options, option);
        return true;
    }
    return set_value(options, option, text, refusal);
}
