#include "options.h"

#include <string.h>

#include "text.h"

#include "startup_only.h"

static const char prefix[] = "TINYINIT_";

/* As the user wrote it: --grace, TINYINIT_GRACE. */
typedef char written_name[sizeof prefix + OPTION_NAME_SIZE];

static bool refuse(const char *written, const char *value, const char *expected)
{
    say(LEVEL_ERROR, "wrong_option", "{option} is {'value}, not {expected}", written, value,
        expected);
    return false;
}

static bool set(struct options *options, enum option option, const char *text, settings_seen *seen,
                const char *written)
{
    struct refusal refusal;
    return setting_set(options, option, text, seen, &refusal) ||
           refuse(written, refusal.value, refusal.expected);
}

static void refuse_unknown(const char *what, size_t length)
{
    enum option close = option_nearest(what + 2, length > 2 ? length - 2 : 0, OPTION_HELP);
    char name[64];
    size_t kept = length < sizeof name - 1 ? length : sizeof name - 1;
    memcpy(name, what, kept);
    name[kept] = '\0';
    if (close == OPTION_COUNT)
        say(LEVEL_ERROR, "unknown_option",
            "unknown option {option}; tinyinit --help lists them all", name);
    else
        say(LEVEL_ERROR, "unknown_option", "unknown option {option}; did you mean --{nearest}?",
            name, option_name(close));
}

/* ---- variables ---- */

/* stop-signal is TINYINIT_STOP_SIGNAL. */
static void variable_name(written_name written, enum option option)
{
    char *to = stpcpy(written, prefix);
    for (const char *from = option_name(option); *from; from++)
        *to++ = (char)(*from == '-' ? '_' : *from - 'a' + 'A');
    *to = '\0';
}

static bool read_variable(struct options *options, const char *entry)
{
    const char *name = entry + sizeof prefix - 1;
    const char *equals = text_find(name, '=');
    if (!*equals || !equals[1] || equals - name > OPTION_NAME_SIZE)
        return true;
    size_t length = (size_t)(equals - name);
    char as_option[OPTION_NAME_SIZE];
    for (size_t i = 0; i < length; i++)
        as_option[i] = (char)(name[i] == '_'                     ? '-'
                              : name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a'
                                                                 : '\0');
    written_name written, wrong;
    settings_seen seen = 0;
    enum option option = option_find(as_option, length);
    if (option < OPTION_COUNT && option >= FIRST_VARIABLE) {
        variable_name(written, option);
        return set(options, option, equals + 1, &seen, written);
    }
    /* Other variables may begin with TINYINIT_ (a Kubernetes service of that name makes some); one
     * that is nearly an option is a slip. */
    enum option close = option_nearest(as_option, length, FIRST_VARIABLE);
    if (close == OPTION_COUNT)
        return true;
    variable_name(written, close);
    memcpy(stpcpy(wrong, prefix), name, length);
    wrong[sizeof prefix - 1 + length] = '\0';
    say(LEVEL_ERROR, "unknown_option", "unknown variable {option}; did you mean {nearest}?", wrong,
        written);
    return false;
}

/* ---- flags ---- */

/* One letter, or several: none takes a value. */
static bool read_letters(struct command_line *line, const char *text)
{
    settings_seen seen = 0;
    for (const char *letter = text + 1; *letter; letter++) {
        switch (*letter) {
        case 'h':
            line->request = REQUEST_HELP;
            break;
        case 'q':
            set(&line->options, OPTION_QUIET, NULL, &seen, text);
            break;
        case 'v':
            set(&line->options, OPTION_VERBOSE, NULL, &seen, text);
            break;
        case 'g':
            set(&line->options, OPTION_GROUP, NULL, &seen, text);
            break;
        default:
            refuse_unknown(text, strlen(text));
            return false;
        }
    }
    return true;
}

static bool set_of_check(struct command_line *line, enum option option, const char *value,
                         const char *written)
{
    line->is_of_check = true;
    if (option == OPTION_ENV_FILE)
        line->env_file = value;
    else if (!strcmp(value, "json"))
        line->format = FORMAT_JSON;
    else if (!strcmp(value, "github"))
        line->format = FORMAT_GITHUB;
    else if (strcmp(value, "text") != 0)
        return refuse(written, value, "text, json or github");
    return true;
}

/* Reads the option at **argv and moves behind it. *valid becomes false for a wrong value; returns
 * false if it cannot be known where the next option begins. */
static bool read_flag(struct command_line *line, char ***argv, settings_seen *seen, bool *valid)
{
    const char *text = *(*argv)++;
    if (text[1] != '-')
        return read_letters(line, text);
    const char *end = text_find(text + 2, '='), *value = *end ? end + 1 : NULL;
    size_t length = (size_t)(end - text) - 2;
    enum option option = option_find(text + 2, length);
    if (option == OPTION_COUNT) {
        refuse_unknown(text, length + 2);
        return false;
    }
    written_name written;
    strcpy(stpcpy(written, "--"), option_name(option));
    if (option <= OPTION_PRINT) {
        if (value)
            *valid = refuse(written, value, "an option that takes a value");
        if (option == OPTION_PRINT)
            line->prints = line->is_of_check = true;
        else
            line->request = option == OPTION_HELP ? REQUEST_HELP : REQUEST_VERSION;
        return true;
    }
    if (!value && option_takes_value(option) && !(value = *(*argv)++)) {
        say(LEVEL_ERROR, "wrong_option", "{option} needs a value", written);
        --*argv;
        return false;
    }
    if (value && option < FIRST_VARIABLE)
        *valid &= set_of_check(line, option, value, written);
    else
        *valid &= set(&line->options, option, value, seen, written);
    return true;
}

/* The word that comes before the program, and may have flags behind it. */
static bool read_word(struct command_line *line, char ***argv)
{
    const char *text = **argv;
    if (!text || line->word)
        return false;
    line->word = !strcmp(text, "exec")    ? WORD_EXEC
                 : !strcmp(text, "check") ? WORD_CHECK
                                          : WORD_NONE;
    *argv += line->word != WORD_NONE;
    return line->word;
}

static bool is_flag(const char *text)
{
    return text && text[0] == '-' && text[1] && strcmp(text, "--") != 0;
}

static bool fits_word(const struct command_line *line)
{
    if (line->word == WORD_CHECK && *line->program) {
        say(LEVEL_ERROR, "wrong_option", "check takes options alone, not {word}", *line->program);
        return false;
    }
    if (line->word != WORD_CHECK && line->is_of_check) {
        say(LEVEL_ERROR, "wrong_option",
            "--format, --env-file and --print go with: tinyinit check [OPTION…]");
        return false;
    }
    return true;
}

void options_apply(struct command_line *line, char **argv, char **envp)
{
    settings_seen seen = 0;
    bool valid = true, readable = true;
    *line = (struct command_line){.request = REQUEST_RUN, .options = line->options};
    for (; *envp; envp++)
        if (!strncmp(*envp, prefix, sizeof prefix - 1))
            valid &= read_variable(&line->options, *envp);
    if (*argv)
        argv++;
    do {
        while (readable && is_flag(*argv)) {
            line->has_options = true;
            readable = read_flag(line, &argv, &seen, &valid);
        }
    } while (readable && read_word(line, &argv));
    line->after_dashes = readable && *argv && !strcmp(*argv, "--");
    line->program = argv + line->after_dashes;
    if (!valid || !readable || (line->request == REQUEST_RUN && !fits_word(line)))
        line->request = REQUEST_WRONG;
}

void options_read(struct command_line *line, char **argv, char **envp)
{
    settings_default(&line->options);
    options_apply(line, argv, envp);
}
