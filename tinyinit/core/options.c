#include "options.h"

#include <string.h>

#include "distance.h"
#include "value.h"

#include "startup_only.h"

enum option {
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_GROUP,
    OPTION_LOG,
    OPTION_REWRITE,
    OPTION_DRAIN,
    OPTION_STOP_SIGNAL,
    OPTION_STOP_TIMEOUT,
    OPTION_GRACE,
    OPTION_SUCCESS,
    OPTION_PARENT_DEATH,
    OPTION_COUNT,
    FIRST_VARIABLE = OPTION_QUIET, /* those before it make no sense as TINYINIT_* */
    FIRST_WITH_VALUE = OPTION_LOG, /* those before it are flags */
};

enum { NAME_SIZE = 16 };

/* Names in place, not pointers to them: nothing to relocate. */
static const char names[OPTION_COUNT][NAME_SIZE] = {
    "help",  "version",     "quiet",        "verbose", "group",   "log",          "rewrite",
    "drain", "stop-signal", "stop-timeout", "grace",   "success", "parent-death",
};
static const char letters[] = "h\0qvg"; /* of the first options; help, quiet, verbose, group */

static const char prefix[] = "TINYINIT_";

/* Where an option was set. Lists start anew in each place, so that a flag replaces a variable. */
struct source {
    char name[sizeof prefix + NAME_SIZE]; /* as the user wrote it: --grace, TINYINIT_GRACE */
    unsigned seen; /* bit per option: set before in this place */
};

static const char expects_signal[] = "a signal (TERM, SIGTERM, RTMIN+1, or a number from 1 to 64)";

static bool refuse(const struct source *source, const char *value, const char *expected)
{
    SAY(LEVEL_ERROR, "wrong_option", "{option} is {value}, not {expected}",
        TEXT("option", source->name), QUOTED("value", value), TEXT("expected", expected));
    return false;
}

/* Copies the next item of a comma separated list; false at its end. Longer than any valid item:
 * cut, which no reader takes. */
static bool next_item(const char **list, char item[64])
{
    if (!*list)
        return false;
    size_t length = strcspn(*list, ",");
    size_t kept = length < 63 ? length : 63;
    memcpy(item, *list, kept);
    item[kept] = '\0';
    *list = (*list)[length] ? *list + length + 1 : NULL;
    return true;
}

static bool set_rewrite(struct options *options, const char *list, const struct source *source)
{
    char item[64];
    uint64_t rewritten = 0;
    while (next_item(&list, item)) {
        char *colon = strchr(item, ':');
        if (!colon)
            return refuse(source, item, "FROM:TO (like HUP:USR1; a TO of 0 drops the signal)");
        *colon = '\0';
        int from = signal_number(item);
        int to = strcmp(colon + 1, "0") ? signal_number(colon + 1) : 0;
        if (!from)
            return refuse(source, item, expects_signal);
        if (!to && strcmp(colon + 1, "0"))
            return refuse(source, colon + 1, expects_signal);
        if (from == SIGKILL || from == SIGSTOP || from == SIGCHLD)
            return refuse(source, item, "a signal that is forwarded (KILL, STOP and CHLD are not)");
        if (rewritten & (UINT64_C(1) << (from - 1)))
            return refuse(source, item, "named once");
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

static bool set_success(struct options *options, const char *list, const struct source *source)
{
    char item[64];
    uint64_t code;
    while (next_item(&list, item)) {
        if (!parse_number(item, &code) || code > 255)
            return refuse(source, item, "an exit code (0 to 255; several: 1,143)");
        options->success[code / 64] |= UINT64_C(1) << (code % 64);
    }
    return true;
}

static bool set_duration(int64_t *field, const char *text, const struct source *source)
{
    return parse_duration(text, field) ||
           refuse(
               source, text,
               "a duration (250ms, 30s, 1h30m, 2d; a bare number is seconds; at most 100 years)");
}

static bool set_signal(int *field, const char *text, const struct source *source)
{
    *field = signal_number(text);
    return *field || refuse(source, text, expects_signal);
}

static bool set_parent_death(int *field, const char *text, const struct source *source)
{
    if (!set_signal(field, text, source))
        return false;
    /* The kernel sends it to tinyinit, which must live to pass it on. */
    if (*field == SIGKILL || *field == SIGSTOP || *field == SIGCHLD)
        return refuse(source, text, "a signal that is forwarded (KILL, STOP and CHLD are not)");
    return true;
}

/* At once, so that what is wrong with later options is told in the form that is asked for. */
static bool set_log(const char *text, const struct source *source)
{
    bool json = !strcmp(text, "json");
    if (!json && strcmp(text, "text") != 0)
        return refuse(source, text, "text or json (to silence it: --quiet)");
    message_set_json(json);
    return true;
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
    else
        set_log_level(options, option == OPTION_QUIET ? LEVEL_ERROR : LEVEL_INFO, on);
    return true;
}

static bool set_value(struct options *options, enum option option, const char *text,
                      const struct source *source)
{
    switch (option) {
    case OPTION_LOG:
        return set_log(text, source);
    case OPTION_REWRITE:
        return set_rewrite(options, text, source);
    case OPTION_DRAIN:
        return set_duration(&options->drain_ms, text, source);
    case OPTION_STOP_SIGNAL:
        return set_signal(&options->stop_signal, text, source);
    case OPTION_STOP_TIMEOUT:
        return set_duration(&options->stop_timeout_ms, text, source);
    case OPTION_GRACE:
        return set_duration(&options->grace_ms, text, source);
    case OPTION_SUCCESS:
        return set_success(options, text, source);
    default:
        return set_parent_death(&options->parent_death, text, source);
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
    default:
        options->parent_death = 0;
    }
}

/* `text` is NULL for a flag without a value. */
static bool set(struct options *options, enum option option, const char *text,
                struct source *source)
{
    bool on;
    if (!text)
        return set_flag(options, option, true);
    if (option < FIRST_WITH_VALUE) {
        return parse_bool(text, &on) ? set_flag(options, option, on)
                                     : refuse(source, text, "on or off");
    }
    unsigned bit = 1U << option;
    if (!(source->seen & bit) && (option == OPTION_REWRITE || option == OPTION_SUCCESS))
        set_off(options, option);
    source->seen |= bit;
    /* "0" is off too, but for --success it is an exit code; elsewhere the value 0 means off. */
    if (option != OPTION_LOG && parse_bool(text, &on) && !on &&
        !(option == OPTION_SUCCESS && *text == '0')) {
        set_off(options, option);
        return true;
    }
    return set_value(options, option, text, source);
}

/* The option called `name` of this length, else OPTION_COUNT. */
static enum option find(const char *name, size_t length)
{
    for (unsigned i = 0; i < OPTION_COUNT; i++)
        if (strlen(names[i]) == length && !memcmp(names[i], name, length))
            return (enum option)i;
    return OPTION_COUNT;
}

/* The nearest option, for "did you mean", else OPTION_COUNT. A third of a name may be wrong. */
static enum option nearest(const char *name, size_t length, unsigned first)
{
    enum option best = OPTION_COUNT;
    unsigned best_distance = 3;
    for (unsigned i = first; i < OPTION_COUNT; i++) {
        size_t option_length = strlen(names[i]);
        unsigned distance = edit_distance(name, length, names[i], option_length, 2);
        if (distance < best_distance && distance * 3 <= option_length) {
            best = (enum option)i;
            best_distance = distance;
        }
    }
    return best;
}

static void refuse_unknown(const char *what, size_t length)
{
    enum option close = nearest(what + 2, length > 2 ? length - 2 : 0, 0);
    char name[64];
    size_t kept = length < sizeof name - 1 ? length : sizeof name - 1;
    memcpy(name, what, kept);
    name[kept] = '\0';
    if (close == OPTION_COUNT)
        SAY(LEVEL_ERROR, "unknown_option",
            "unknown option {option}; tinyinit --help lists them all", TEXT("option", name));
    else
        SAY(LEVEL_ERROR, "unknown_option", "unknown option {option}; did you mean --{nearest}?",
            TEXT("option", name), TEXT("nearest", names[close]));
}

/* TINYINIT_STOP_SIGNAL stands for stop-signal, and the other way round. */
static void translate(char *to, const char *from, size_t length, bool to_variable)
{
    for (size_t i = 0; i < length; i++) {
        char c = from[i];
        if (to_variable)
            to[i] = (char)(c == '-' ? '_' : c - 'a' + 'A');
        else
            to[i] = (char)(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : '\0');
    }
    to[length] = '\0';
}

static bool read_variable(struct options *options, const char *entry)
{
    const char *name = entry + sizeof prefix - 1;
    const char *equals = strchr(name, '=');
    struct source source = {.seen = 0};
    if (!equals || !equals[1] || equals - name > NAME_SIZE)
        return true;
    size_t length = (size_t)(equals - name);
    char option_name[NAME_SIZE + 1];
    translate(option_name, name, length, false);
    strcpy(source.name, prefix);
    enum option option = find(option_name, length);
    if (option < OPTION_COUNT && option >= FIRST_VARIABLE) {
        translate(source.name + sizeof prefix - 1, names[option], length, true);
        return set(options, option, equals + 1, &source);
    }
    /* Other variables may begin with TINYINIT_ (a Kubernetes service of that name makes some); one
     * that is nearly an option is a slip. */
    enum option close = nearest(option_name, length, FIRST_VARIABLE);
    if (close == OPTION_COUNT)
        return true;
    translate(source.name + sizeof prefix - 1, names[close], strlen(names[close]), true);
    char wrong[sizeof prefix + NAME_SIZE];
    memcpy(stpcpy(wrong, prefix), name, length);
    wrong[sizeof prefix - 1 + length] = '\0';
    SAY(LEVEL_ERROR, "unknown_option", "unknown variable {option}; did you mean {nearest}?",
        TEXT("option", wrong), TEXT("nearest", source.name));
    return false;
}

static void flag_name(struct source *source, enum option option)
{
    strcpy(stpcpy(source->name, "--"), names[option]);
}

/* One letter or several that take no value: -g, -gv. */
static bool read_letters(struct command_line *line, const char *text, struct source *source)
{
    for (const char *c = text + 1; *c; c++) {
        const char *found = memchr(letters, *c, sizeof letters - 1);
        if (!found) {
            refuse_unknown(text, strlen(text));
            return false;
        }
        enum option option = (enum option)(found - letters);
        if (option == OPTION_HELP)
            line->request = REQUEST_HELP;
        else
            set(&line->options, option, NULL, source);
    }
    return true;
}

/* Reads the option at **argv and moves behind it. *valid becomes false for a wrong value; returns
 * false if it cannot be known where the next option begins. */
static bool read_flag(struct command_line *line, char ***argv, struct source *source, bool *valid)
{
    const char *text = *(*argv)++;
    if (text[1] != '-')
        return read_letters(line, text, source);
    size_t length = strcspn(text + 2, "=");
    const char *value = text[2 + length] ? text + 3 + length : NULL;
    enum option option = find(text + 2, length);
    if (option == OPTION_COUNT) {
        refuse_unknown(text, length + 2);
        return false;
    }
    flag_name(source, option);
    if (option < FIRST_VARIABLE) {
        if (value)
            *valid = refuse(source, value, "an option with a value");
        line->request = option == OPTION_HELP ? REQUEST_HELP : REQUEST_VERSION;
        return true;
    }
    if (!value && option >= FIRST_WITH_VALUE && !(value = *(*argv)++)) {
        SAY(LEVEL_ERROR, "wrong_option", "{option} needs a value", TEXT("option", source->name));
        return false;
    }
    *valid &= set(&line->options, option, value, source);
    return true;
}

void options_read(struct command_line *line, char **argv, char **envp)
{
    struct source flags = {.seen = 0};
    bool valid = true, readable = true;
    *line = (struct command_line){
        .request = REQUEST_RUN,
        .options = {.log_level = LEVEL_WARNING, .stop_signal = SIGTERM, .grace_ms = 5000},
    };
    reset_rewrite(&line->options);
    for (; *envp; envp++)
        if (!strncmp(*envp, prefix, sizeof prefix - 1))
            valid &= read_variable(&line->options, *envp);
    if (*argv)
        argv++;
    while (readable && *argv && (*argv)[0] == '-' && (*argv)[1] && strcmp(*argv, "--") != 0) {
        line->has_options = true;
        readable = read_flag(line, &argv, &flags, &valid);
    }
    line->after_dashes = readable && *argv && !strcmp(*argv, "--");
    line->program = argv + line->after_dashes;
    if (!valid || !readable)
        line->request = REQUEST_WRONG;
}
