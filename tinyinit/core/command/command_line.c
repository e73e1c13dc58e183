#include "command/command_line.h"

#include <string.h>

#include "base/text.h"
#include "base/value.h"

#include "base/startup_only.h"

static const char prefix[] = "TINYINIT_";

static void refuse_value(struct command_line *line, const char *written, const char *value,
                         const char *expected)
{
    line->is_wrong = true;
    say(LEVEL_ERROR, "wrong_option", "{option} is {'value}, not {expected}", written, value,
        expected);
}

static void refuse_unknown_option(struct command_line *line, const char *written)
{
    const char *nearest = option_nearest(written + 2, OPTION_HELP);
    line->is_wrong = true;
    if (nearest)
        say(LEVEL_ERROR, "unknown_option", "unknown option {option}; did you mean --{nearest}?",
            written, nearest);
    else
        say(LEVEL_ERROR, "unknown_option",
            "unknown option {option}; tinyinit --help lists them all", written);
}

/* `written` is the option as the user wrote it: --grace, -q, TINYINIT_GRACE. */
static void set(struct command_line *line, enum option option, const char *written,
                const char *value)
{
    const char *expected = setting_set(&line->setter, option, value);
    if (expected)
        refuse_value(line, written, line->setter.refused, expected);
}

/* ---- variables ---- */

/* Makes STOP_SIGNAL of stop-signal and the other way round. What is neither becomes neither. */
static void translate(char *to, const char *from)
{
    enum { OTHER_CASE = 'a' ^ 'A' };
    do
        *to++ = (char)(*from == '-'   ? '_'
                       : *from == '_' ? '-'
                       : *from >= 'A' ? *from ^ OTHER_CASE
                                      : *from);
    while (*from++);
}

static void read_variable(struct command_line *line, const char *entry)
{
    enum { PREFIX = sizeof prefix - 1 };
    const char *equals = text_find(entry, '=');
    size_t length = (size_t)(equals - entry);
    if (!*equals || !equals[1] || length > PREFIX + OPTION_NAME_SIZE)
        return;
    shown_text written, name, meant;
    show_text(written, entry, length);
    translate(name, written + PREFIX);
    enum option option = option_find(name);
    if (option >= FIRST_VARIABLE) {
        line->setter.seen = 0;
        set(line, option, written, equals + 1);
        return;
    }
    /* Other variables may begin with TINYINIT_ (a Kubernetes service of that name makes some); one
     * that is nearly an option is a slip. */
    const char *nearest = option_nearest(name, FIRST_VARIABLE);
    if (!nearest)
        return;
    translate(stpcpy(meant, prefix), nearest);
    line->is_wrong = true;
    say(LEVEL_ERROR, "unknown_option", "unknown variable {option}; did you mean {nearest}?",
        written, meant);
}

/* ---- flags ---- */

/* One letter, or several: none takes a value. */
static bool read_letters(struct command_line *line, const char *text, const char *written)
{
    static const char letters[] = "qvg"; /* in the order of enum option */
    while (*++text) {
        const char *letter = text_find(letters, *text);
        if (*text == 'h') {
            line->request = REQUEST_HELP;
        } else if (*letter) {
            set(line, OPTION_QUIET + (unsigned)(letter - letters), written, NULL);
        } else {
            refuse_unknown_option(line, written);
            return false;
        }
    }
    return true;
}

static void set_of_check(struct command_line *line, enum option option, const char *written,
                         const char *value)
{
    line->is_of_check = true;
    if (option == OPTION_ENV_FILE) {
        line->env_file = value;
        return;
    }
    int format = parse_word(value, "text\0json\0github\0"); /* in the order of enum format */
    if (format < 0)
        refuse_value(line, written, value, "text, json or github");
    else
        line->format = (enum format)format;
}

/* Reads the option at line->program and moves behind it. False if it cannot be known where the next
 * one begins. */
static bool read_flag(struct command_line *line)
{
    const char *text = *line->program++;
    bool is_word = text[1] == '-';
    const char *end = text_find(text, is_word ? '=' : '\0'), *value = *end ? end + 1 : NULL;
    shown_text written;
    show_text(written, text, (size_t)(end - text));
    if (!is_word)
        return read_letters(line, text, written);
    enum option option = option_find(written + 2);
    if (option == OPTION_NONE) {
        refuse_unknown_option(line, written);
        return false;
    }
    if (option <= OPTION_PRINT) {
        if (value)
            refuse_value(line, written, value, "an option that takes a value");
        if (option == OPTION_PRINT)
            line->prints = line->is_of_check = true;
        else
            line->request = option == OPTION_HELP ? REQUEST_HELP : REQUEST_VERSION;
        return true;
    }
    if (!value && option_takes_value(option)) {
        value = *line->program;
        if (!value) {
            line->is_wrong = true;
            say(LEVEL_ERROR, "wrong_option", "{option} needs a value", written);
            return false;
        }
        line->program++;
    }
    if (option < FIRST_VARIABLE)
        set_of_check(line, option, written, value);
    else
        set(line, option, written, value);
    return true;
}

/* The flags, with a word among them that comes before the program, up to that or what is wrong. */
static void read_flags(struct command_line *line)
{
    for (const char *text; (text = *line->program);) {
        if (text[0] == '-' && text[1]) {
            if (!strcmp(text, "--")) {
                line->after_dashes = true;
                line->program++;
                return;
            }
            line->has_options = true;
            if (!read_flag(line))
                return;
        } else {
            if (line->word)
                return;
            line->word = (enum word)(parse_word(text, "exec\0check\0health\0") + 1);
            if (!line->word)
                return;
            line->program++;
            if (line->word == WORD_HEALTH)
                return; /* it has options of its own */
        }
    }
}

static void fit_word(struct command_line *line)
{
    bool is_check = line->word == WORD_CHECK;
    line->is_wrong = is_check ? *line->program != NULL : line->is_of_check;
    if (!line->is_wrong)
        return;
    if (is_check)
        say(LEVEL_ERROR, "wrong_option", "check takes options alone, not {word}", *line->program);
    else
        say(LEVEL_ERROR, "wrong_option",
            "--format, --env-file and --print go with: tinyinit check [OPTION…]");
}

/* The second time all but the options is found as it was the first time. */
void options_apply(struct command_line *line)
{
    line->setter.options = &line->options;
    for (char **entry = line->envp; *entry; entry++)
        if (!strncmp(*entry, prefix, sizeof prefix - 1))
            read_variable(line, *entry);
    line->setter.seen = 0;
    line->word = WORD_NONE;
    line->program = line->argv + (*line->argv != NULL);
    read_flags(line);
    if (line->request == REQUEST_RUN && !line->is_wrong)
        fit_word(line);
    if (line->is_wrong)
        line->request = REQUEST_WRONG;
    message_set_level(line->options.log_level);
}

void options_read(struct command_line *line, char **argv, char **envp)
{
    memset(line, 0, sizeof *line);
    line->argv = argv;
    line->envp = envp;
    settings_default(&line->options);
    options_apply(line);
}
