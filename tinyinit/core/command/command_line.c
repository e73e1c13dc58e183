#include "command/command_line.h"

#include <string.h>

#include "base/text.h"
#include "base/value.h"
#include "command/peer.h"

#include "base/startup_only.h"

static const char prefix[] = "TINYINIT_";

static void refuse_value(struct command_line *command, const char *written, const char *value,
                         const char *expected)
{
    command->is_wrong = true;
    say(LEVEL_ERROR, "wrong_option", "{option} is {'value}, not {expected}", written, value,
        expected);
}

static void refuse_unknown_option(struct command_line *command, const char *written)
{
    const char *nearest = option_nearest(written + 2, OPTION_HELP);
    command->is_wrong = true;
    if (nearest)
        say(LEVEL_ERROR, "unknown_option", "unknown option {option}; did you mean --{nearest}?",
            written, nearest);
    else
        say(LEVEL_ERROR, "unknown_option",
            "unknown option {option}; tinyinit --help lists them all", written);
}

void command_set(struct command_line *command, enum option option, const char *written,
                 const char *value)
{
    const char *expected = setting_set(&command->setter, option, value);
    if (expected)
        refuse_value(command, written, command->setter.refused, expected);
}

/* ---- variables ---- */

/* Makes STOP_SIGNAL of stop-signal and the other way round. What is neither becomes neither. */
static void translate(char *to, const char *from)
{
    for (; *from; from++, to++)
        if (*from == '-')
            *to = '_';
        else if (*from == '_')
            *to = '-';
        else if (*from >= 'A' && *from <= 'Z')
            *to = (char)(*from - 'A' + 'a');
        else if (*from >= 'a' && *from <= 'z')
            *to = (char)(*from - 'a' + 'A');
        else
            *to = *from;
    *to = '\0';
}

static void read_variable(struct command_line *command, const char *entry)
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
        command->setter.seen = 0;
        command_set(command, option, written, equals + 1);
        return;
    }
    /* Other variables may begin with TINYINIT_ (a Kubernetes service of that name makes some); one
     * that is nearly an option is a slip. */
    const char *nearest = option_nearest(name, FIRST_VARIABLE);
    if (!nearest)
        return;
    translate(stpcpy(meant, prefix), nearest);
    command->is_wrong = true;
    say(LEVEL_ERROR, "unknown_option", "unknown variable {option}; did you mean {nearest}?",
        written, meant);
}

/* ---- flags ---- */

/* One letter, or several: none takes a value. */
static bool read_letters(struct command_line *command, const char *text, const char *written)
{
    static const char letters[] = "qvg"; /* in the order of enum option */
    while (*++text) {
        const char *letter = text_find(letters, *text);
        if (*text == 'h') {
            command->request = REQUEST_HELP;
        } else if (*letter) {
            command_set(command, OPTION_QUIET + (unsigned)(letter - letters), written, NULL);
        } else {
            const char *advice = peer_advice(*text);
            if (!advice) {
                refuse_unknown_option(command, written);
                return false;
            }
            command->is_wrong = true;
            say(LEVEL_ERROR, "unknown_option", "unknown option {option}; {advice}", written,
                advice);
            return false;
        }
    }
    return true;
}

static void set_of_check(struct command_line *command, enum option option, const char *written,
                         const char *value)
{
    command->is_of_check = true;
    if (option == OPTION_ENV_FILE) {
        command->env_file = value;
        return;
    }
    int format = parse_choice(value, "text\0json\0github\0"); /* in the order of enum format */
    if (format < 0)
        refuse_value(command, written, value, "text, json or github");
    else
        command->format = (enum format)format;
}

/* Reads the option at command->program and moves behind it. False if it cannot be known where the
 * next one begins. */
static bool read_flag(struct command_line *command)
{
    const char *text = *command->program++;
    bool is_word = text[1] == '-';
    const char *end = text_find(text, is_word ? '=' : '\0'), *value = *end ? end + 1 : NULL;
    shown_text written;
    show_text(written, text, (size_t)(end - text));
    if (!is_word)
        return read_letters(command, text, written);
    enum option option = option_find(written + 2);
    if (option == OPTION_NONE) {
        refuse_unknown_option(command, written);
        return false;
    }
    if (option <= OPTION_PRINT) {
        if (value)
            refuse_value(command, written, value, "an option that takes a value");
        if (option == OPTION_PRINT)
            command->prints = command->is_of_check = true;
        else
            command->request = option == OPTION_HELP ? REQUEST_HELP : REQUEST_VERSION;
        return true;
    }
    if (!value && option_takes_value(option)) {
        value = *command->program;
        if (!value) {
            command->is_wrong = true;
            say(LEVEL_ERROR, "wrong_option", "{option} needs a value", written);
            return false;
        }
        command->program++;
    }
    if (option < FIRST_VARIABLE)
        set_of_check(command, option, written, value);
    else
        command_set(command, option, written, value);
    return true;
}

static enum word word_of_core(const char *text)
{
    if (!strcmp(text, "exec"))
        return WORD_EXEC;
    if (!strcmp(text, "check"))
        return WORD_CHECK;
    return !strcmp(text, "health") ? WORD_HEALTH : WORD_NONE;
}

/* The flags, with a word among them that comes before the program, up to that or what is wrong. */
static void read_flags(struct command_line *command)
{
    for (const char *text; (text = *command->program);) {
        if (text[0] == '-' && text[1]) {
            if (!strcmp(text, "--")) {
                command->after_dashes = true;
                command->program++;
                return;
            }
            command->has_options = true;
            if (!read_flag(command))
                return;
        } else {
            if (command->word)
                return;
            command->word = word_of_core(text);
            if (!command->word)
                return;
            command->program++;
            if (command->word == WORD_HEALTH)
                return; /* it has options of its own */
        }
    }
}

static void fit_word(struct command_line *command)
{
    bool is_check = command->word == WORD_CHECK;
    command->is_wrong = is_check ? *command->program != NULL : command->is_of_check;
    if (!command->is_wrong)
        return;
    if (is_check)
        say(LEVEL_ERROR, "wrong_option", "check takes options alone, not {word}",
            *command->program);
    else
        say(LEVEL_ERROR, "wrong_option",
            "--format, --env-file and --print go with: tinyinit check [OPTION…]");
}

/* The second time all but the options is found as it was the first time. */
void options_apply(struct command_line *command)
{
    command->setter.options = &command->options;
    peer_set_defaults(command);
    for (char **entry = command->envp; *entry; entry++)
        if (!strncmp(*entry, prefix, sizeof prefix - 1))
            read_variable(command, *entry);
    command->setter.seen = 0;
    command->word = WORD_NONE;
    command->program = command->argv + (*command->argv != NULL);
    if (command->peer)
        peer_read_flags(command);
    else
        read_flags(command);
    if (command->request == REQUEST_RUN && !command->is_wrong)
        fit_word(command);
    if (command->is_wrong)
        command->request = REQUEST_WRONG;
    message_set_level(command->options.log_level);
}

void options_read(struct command_line *command, char **argv, char **envp)
{
    memset(command, 0, sizeof *command);
    command->argv = argv;
    command->envp = envp;
    command->peer = *argv ? peer_of(*argv) : PEER_NONE;
    settings_default(&command->options);
    options_apply(command);
}
