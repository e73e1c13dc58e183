#include "command/setting.h"

#include <string.h>

#include "base/distance.h"
#include "base/text.h"
#include "base/value.h"
#include "pid1/stack.h"
#include "pid1/user.h"

#include "base/startup_only.h"

/* In the order of enum option. In one string, not pointers to many: nothing to relocate. */
static const char option_names[] =
    "help\0version\0print\0format\0env-file\0config\0quiet\0verbose\0group\0no-new-privs\0log\0"
    "rewrite\0drain\0stop-signal\0stop-timeout\0grace\0success\0parent-death\0stack\0"
    "ulimit\0user\0";

enum takes { TAKES_NOTHING, TAKES_SWITCH, TAKES_TEXT, TAKES_LIST };

static const unsigned char takes[OPTION_COUNT] = {
    [OPTION_FORMAT] = TAKES_TEXT,         [OPTION_ENV_FILE] = TAKES_TEXT,
    [OPTION_CONFIG] = TAKES_TEXT,         [OPTION_QUIET] = TAKES_SWITCH,
    [OPTION_VERBOSE] = TAKES_SWITCH,      [OPTION_GROUP] = TAKES_SWITCH,
    [OPTION_NO_NEW_PRIVS] = TAKES_SWITCH, [OPTION_LOG] = TAKES_TEXT,
    [OPTION_REWRITE] = TAKES_LIST,        [OPTION_DRAIN] = TAKES_TEXT,
    [OPTION_STOP_SIGNAL] = TAKES_TEXT,    [OPTION_STOP_TIMEOUT] = TAKES_TEXT,
    [OPTION_GRACE] = TAKES_TEXT,          [OPTION_SUCCESS] = TAKES_LIST,
    [OPTION_PARENT_DEATH] = TAKES_TEXT,   [OPTION_STACK] = TAKES_TEXT,
    [OPTION_ULIMIT] = TAKES_LIST,         [OPTION_USER] = TAKES_TEXT,
};

const char default_config[] = "/etc/tinyinit.toml";

static const char expects_signal[] = "a signal (TERM, SIGTERM, RTMIN+1, or a number from 1 to 64)";

enum option option_find(const char *name)
{
    return (enum option)parse_choice(name, option_names);
}

bool option_takes_value(enum option option)
{
    return takes[option] >= TAKES_TEXT;
}

bool option_is_list(enum option option)
{
    return takes[option] == TAKES_LIST;
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

void show_text(shown_text shown, const char *text, size_t length)
{
    if (length > sizeof(shown_text) - 1)
        length = sizeof(shown_text) - 1;
    memmove(shown, text, length);
    shown[length] = '\0';
}

/* ---- what is on or off ---- */

static void set_level(struct options *options, enum level level, bool on)
{
    if (on)
        options->log_level = level;
    else if (options->log_level == level)
        options->log_level = LEVEL_WARNING;
}

static const char *set_switch(struct options *options, enum option option, const char *text)
{
    int on = text ? parse_bool(text) : 1;
    if (on < 0)
        return "on or off";
    if (option == OPTION_QUIET)
        set_level(options, LEVEL_ERROR, on);
    else if (option == OPTION_VERBOSE)
        set_level(options, LEVEL_INFO, on);
    else if (option == OPTION_GROUP)
        options->group = on;
    else
        options->no_new_privs = on;
    return NULL;
}

/* Whether `text` turns the option off. "0" does too, but for --success it is an exit code and for
 * --user it is root. */
static bool is_off(enum option option, const char *text)
{
    if (option == OPTION_LOG || parse_bool(text) != 0)
        return false;
    return strcmp(text, "0") != 0 || (option != OPTION_SUCCESS && option != OPTION_USER);
}

static void reset_rewrite(struct options *options)
{
    for (int sig = 0; sig <= SIGNAL_MAX; sig++)
        options->rewrite[sig] = (unsigned char)sig;
}

/* Turns off what takes a text, and empties a list. */
static void turn_off(struct options *options, enum option option)
{
    switch (option) {
    case OPTION_CONFIG:
        options->config = NULL;
        break;
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
    case OPTION_PARENT_DEATH:
        options->parent_death = 0;
        break;
    case OPTION_STACK:
        options->stack.preload = false;
        options->stack.size = 0;
        break;
    case OPTION_ULIMIT:
        options->limits.set = 0;
        break;
    default:
        options->user = NULL;
    }
}

/* ---- one value ---- */

static const char *set_log(const char *text)
{
    int form = parse_choice(text, "text\0json\0");
    if (form < 0)
        return "text or json (to silence it: --quiet)";
    /* At once, so that problems of later options are reported in the form that is asked for. */
    message_set_json(form);
    return NULL;
}

static const char *set_duration(int64_t *milliseconds, const char *text)
{
    int64_t duration = parse_duration(text);
    if (duration < 0)
        return "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds)";
    *milliseconds = duration;
    return NULL;
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

static const char *set_signal(int *sig, const char *text)
{
    *sig = signal_number(text);
    return refuse_signal(*sig);
}

static const char *set_stack(struct options *options, const char *text)
{
    int64_t size = !strcmp(text, "auto") ? 0 : parse_size(text);
    if (size < 0)
        return "auto, off or a size (8M, 512k)";
    if (size > STACK_MAX)
        return "a size up to 8M, which is all that musl gives a thread (for main's stack "
               "alone: --ulimit stack=SIZE)";
    if (size && size < STACK_MIN)
        return "a size of at least 16k, which is the least for a thread";
    options->stack.preload = true;
    options->stack.size = (uint64_t)size;
    return NULL;
}

static const char *set_user(struct options *options, const char *text)
{
    if (!user_is_valid(text))
        return "NAME|UID[:GROUP|GID] (app, 1000:1000)";
    options->user = text;
    return NULL;
}

static const char *set_value(struct options *options, enum option option, const char *text)
{
    switch (option) {
    case OPTION_CONFIG:
        options->config = text;
        return NULL;
    case OPTION_LOG:
        return set_log(text);
    case OPTION_DRAIN:
        return set_duration(&options->drain_ms, text);
    case OPTION_STOP_SIGNAL:
        return set_signal(&options->stop_signal, text);
    case OPTION_STOP_TIMEOUT:
        return set_duration(&options->stop_timeout_ms, text);
    case OPTION_GRACE:
        return set_duration(&options->grace_ms, text);
    case OPTION_PARENT_DEATH:
        return set_signal(&options->parent_death, text);
    case OPTION_STACK:
        return set_stack(options, text);
    default:
        return set_user(options, text);
    }
}

/* ---- lists ---- */

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

static const char *add_success(struct options *options, const char *item)
{
    int code = (int)parse_up_to(item, 255);
    if (code < 0)
        return "an exit code (0 to 255; several: 1,143)";
    options->success[code / 64] |= UINT64_C(1) << (code % 64);
    return NULL;
}

static const char *add_item(struct setter *setter, enum option option, char *item)
{
    switch (option) {
    case OPTION_REWRITE:
        return add_rewrite(setter, item);
    case OPTION_SUCCESS:
        return add_success(setter->options, item);
    default:
        return limits_add(&setter->options->limits, item);
    }
}

/* Items longer than what is shown of them are cut: no reader takes one that long. */
static const char *add_items(struct setter *setter, enum option option, const char *text)
{
    setter->rewritten = 0;
    for (;;) {
        const char *end = text_find(text, ',');
        show_text(setter->refused, text, (size_t)(end - text));
        const char *expected = add_item(setter, option, setter->refused);
        if (expected || !*end)
            return expected;
        text = end + 1;
    }
}

/* ---- all ---- */

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

const char *setting_set(struct setter *setter, enum option option, const char *text)
{
    struct options *options = setter->options;
    bool is_list = option_is_list(option), is_first = !(setter->seen >> option & 1);
    show_text(setter->refused, text ? text : "", text ? strlen(text) : 0);
    if (takes[option] == TAKES_SWITCH)
        return set_switch(options, option, text);
    bool off = is_off(option, text);
    setter->seen |= 1U << option;
    if (off || (is_list && is_first))
        turn_off(options, option);
    if (off)
        return NULL;
    return is_list ? add_items(setter, option, text) : set_value(options, option, text);
}
