#include "command/flags.h"

#include <string.h>

#include "base/message.h"
#include "base/text.h"
#include "base/value.h"
#include "command/peer.h"

#include "base/startup_only.h"

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
        command_refuse(command, written, value, "text, json or github");
    else
        command->format = (enum format)format;
}

/* Reads the option at command->program and moves past it. False if it cannot be known where the
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
        if (value) {
            command->is_wrong = true;
            say(LEVEL_ERROR, "wrong_option", "{option} takes no value; remove {'value}", written,
                value);
        }
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
void flags_read(struct command_line *command)
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

void flags_fit_word(struct command_line *command)
{
    bool is_check = command->word == WORD_CHECK;
    command->is_wrong = is_check ? *command->program != NULL : command->is_of_check;
    if (!command->is_wrong)
        return;
    if (is_check)
        say(LEVEL_ERROR, "wrong_option", "check takes only options, not {word}", *command->program);
    else
        say(LEVEL_ERROR, "wrong_option",
            "--format, --env-file and --print are options of: tinyinit check");
}
