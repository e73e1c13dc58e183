#include "command/peer.h"

#include <signal.h>
#include <string.h>

#include "base/codes.h"
#include "base/environment.h"
#include "base/message.h"
#include "base/output.h"
#include "base/text.h"
#include "base/value.h"
#include "pid1/signals.h"

#include "base/startup_only.h"

enum { PEER_WRONG = 1, DUMB_INIT_CANNOT_RUN = 2, CATATONIT_CANNOT_RUN = 1 };

static const char about[] =
    "This is tinyinit " TINYINIT_VERSION ", called by the name of another init, whose options\n"
    "and variables it takes:\n"
    "  tini, docker-init  -s -g -e CODE -p SIGNAL -v -w -l -h --version\n"
    "                     TINI_SUBREAPER TINI_KILL_PROCESS_GROUP TINI_VERBOSITY\n"
    "  dumb-init          -c --single-child  -r --rewrite FROM:TO  -v --verbose  -h  -V\n"
    "                     DUMB_INIT_SETSID=0 DUMB_INIT_DEBUG=1\n"
    "  catatonit          -g -L -h -V --version  CATATONIT_DEBUG\n"
    "What tinyinit can do besides is set by its own variables: TINYINIT_GRACE=10s.\n"
    "tinyinit --help lists them.\n";

static const char license[] =
    "tinyinit is under the MIT license, and so is musl, which is part of the file.\n"
    "Copyright (c) the tinyinit authors. Copyright (c) 2005-2020 Rich Felker, et al.\n"
    "The text of the license is at https://spdx.org/licenses/MIT.html\n";

/* dockerd wants "tini version" and a commit, podman anything that mentions catatonit. */
static const char tini_version[] = "tini version " TINYINIT_VERSION " - git.tinyinit\n";
static const char dumb_init_version[] = "dumb-init v" TINYINIT_VERSION " (tinyinit)\n";
static const char catatonit_version[] = "tini version " TINYINIT_VERSION "_catatonit (tinyinit)\n";

static bool name_begins(const char *name, const char *known)
{
    size_t length = strlen(known);
    return !strncmp(name, known, length) && (!name[length] || name[length] == '-');
}

enum peer peer_of(const char *path)
{
    const char *slash = text_find_last(path, '/'), *name = slash ? slash + 1 : path;
    if (name_begins(name, "tini") || name_begins(name, "docker-init"))
        return PEER_TINI;
    if (name_begins(name, "dumb-init"))
        return PEER_DUMB_INIT;
    return name_begins(name, "catatonit") ? PEER_CATATONIT : PEER_NONE;
}

void peer_set_defaults(struct command_line *command)
{
    char **envp = command->envp;
    const char *value;
    switch (command->peer) {
    case PEER_NONE:
        return;
    case PEER_TINI: /* tini looks at whether these are there, and at no value: "0" is on too */
        if (environment_get(envp, "TINI_KILL_PROCESS_GROUP"))
            command_set(command, OPTION_GROUP, "TINI_KILL_PROCESS_GROUP", NULL);
        value = environment_get(envp, "TINI_VERBOSITY");
        if (value && !strcmp(value, "0"))
            command_set(command, OPTION_QUIET, "TINI_VERBOSITY", NULL);
        else if (value && parse_up_to(value, 9) >= 2)
            command_set(command, OPTION_VERBOSE, "TINI_VERBOSITY", NULL);
        return;
    case PEER_DUMB_INIT:
        value = environment_get(envp, "DUMB_INIT_SETSID");
        if (!value || strcmp(value, "0") != 0)
            command_set(command, OPTION_GROUP, "DUMB_INIT_SETSID", NULL);
        value = environment_get(envp, "DUMB_INIT_DEBUG");
        if (value && !strcmp(value, "1"))
            command_set(command, OPTION_VERBOSE, "DUMB_INIT_DEBUG", NULL);
        return;
    case PEER_CATATONIT:
        if (environment_get(envp, "CATATONIT_DEBUG"))
            command_set(command, OPTION_VERBOSE, "CATATONIT_DEBUG", NULL);
    }
}

static bool letter_takes_value(enum peer peer, char letter)
{
    if (peer == PEER_TINI)
        return letter == 'e' || letter == 'p';
    return peer == PEER_DUMB_INIT && letter == 'r';
}

/* tini's own parent's death kills tini; here main gets the signal, which KILL cannot be. */
static const char *parent_death_of(const char *value)
{
    return signal_number(value) == SIGKILL ? "TERM" : value;
}

/* False for a letter that the init does not know. */
static bool set_letter(struct command_line *command, char letter, const char *value)
{
    bool is_tini = command->peer == PEER_TINI, is_dumb_init = command->peer == PEER_DUMB_INIT;
    const char written[] = {'-', letter, '\0'};
    if (letter == 'h') {
        command->request = REQUEST_HELP;
    } else if (letter == 'V' && !is_tini) {
        command->request = REQUEST_VERSION;
    } else if (letter == (is_tini ? 'l' : 'L') && !is_dumb_init) {
        command->request = REQUEST_LICENSE;
    } else if (letter == 'g' && !is_dumb_init) {
        command_set(command, OPTION_GROUP, written, NULL);
    } else if ((letter == 'v' && (is_tini || is_dumb_init)) || (letter == 'w' && is_tini)) {
        command_set(command, OPTION_VERBOSE, written, NULL);
    } else if (letter == 's' && is_tini) {
        /* Orphans are adopted anyway. */
    } else if (letter == 'e' && is_tini) {
        command_set(command, OPTION_SUCCESS, written, value);
    } else if (letter == 'p' && is_tini) {
        command_set(command, OPTION_PARENT_DEATH, written, parent_death_of(value));
    } else if (letter == 'c' && is_dumb_init) {
        command_set(command, OPTION_GROUP, written, "off");
    } else if (letter == 'r' && is_dumb_init) {
        command_set(command, OPTION_REWRITE, written, value);
    } else {
        return false;
    }
    return true;
}

/* The letter that a long option stands for, else '\0'. */
static char letter_of(enum peer peer, const char *name)
{
    static const char letters[] = "crvhV";
    int which = -1;
    if (peer == PEER_DUMB_INIT)
        which = parse_choice(name, "single-child\0rewrite\0verbose\0help\0version\0");
    else if (peer == PEER_CATATONIT && !strcmp(name, "version"))
        return 'V';
    return which < 0 ? '\0' : letters[which];
}

static void refuse_letter(struct command_line *command, const char *written)
{
    command->is_wrong = true;
    say(LEVEL_ERROR, "unknown_option", "unknown option {option}; -h lists what is taken here",
        written);
}

/* Takes the value of an option from after it or from the next word. NULL after saying that there
 * is none. */
static const char *take_value(struct command_line *command, const char *rest, const char *written)
{
    if (*rest)
        return rest;
    if (*command->program)
        return *command->program++;
    command->is_wrong = true;
    say(LEVEL_ERROR, "wrong_option", "{option} needs a value", written);
    return NULL;
}

static bool read_long(struct command_line *command, const char *text)
{
    const char *end = text_find(text, '='), *value = NULL;
    shown_text written;
    show_text(written, text, (size_t)(end - text));
    char letter = letter_of(command->peer, written + 2);
    if (!letter) {
        refuse_letter(command, written);
        return false;
    }
    if (letter_takes_value(command->peer, letter) &&
        !(value = take_value(command, *end ? end + 1 : end, written)))
        return false;
    return set_letter(command, letter, value);
}

static bool read_bundle(struct command_line *command, const char *text)
{
    for (const char *letter = text + 1; *letter; letter++) {
        const char *value = NULL;
        if (letter_takes_value(command->peer, *letter)) {
            value = take_value(command, letter + 1, text);
            if (!value)
                return false;
        }
        if (!set_letter(command, *letter, value)) {
            refuse_letter(command, text);
            return false;
        }
        if (value)
            return true;
    }
    return true;
}

/* No init reorders its words here: glibc's getopt does in some builds, and then an option of the
 * program is taken for one of the init. */
void peer_read_flags(struct command_line *command)
{
    const char *first = *command->program;
    if (command->peer == PEER_TINI && first && !strcmp(first, "--version") &&
        !command->program[1]) {
        command->request = REQUEST_VERSION;
        return;
    }
    for (const char *text; (text = *command->program) && text[0] == '-' && text[1];) {
        command->program++;
        if (!strcmp(text, "--"))
            break;
        if (!(text[1] == '-' ? read_long(command, text) : read_bundle(command, text)))
            return;
    }
    command->after_dashes = true; /* no word of tinyinit's is a word here */
}

int peer_print(const struct command_line *command)
{
    if (command->request == REQUEST_LICENSE)
        return !output_write(license, sizeof license - 1);
    if (command->request == REQUEST_HELP)
        return !output_write(about, sizeof about - 1);
    if (command->peer == PEER_TINI)
        return !output_write(tini_version, sizeof tini_version - 1);
    if (command->peer == PEER_DUMB_INIT)
        return !output_write(dumb_init_version, sizeof dumb_init_version - 1);
    return !output_write(catatonit_version, sizeof catatonit_version - 1);
}

int peer_code(enum peer peer, int code)
{
    if (peer == PEER_NONE)
        return code;
    if (code == WRONG_USAGE)
        return PEER_WRONG;
    if (peer == PEER_TINI || (code != NOT_FOUND && code != CANNOT_RUN))
        return code;
    return peer == PEER_DUMB_INIT ? DUMB_INIT_CANNOT_RUN : CATATONIT_CANNOT_RUN;
}

const char *peer_advice(char letter)
{
    switch (letter) {
    case 'e':
        return "for what tini -e does: --success CODE";
    case 'p':
        return "for what tini -p does: --parent-death SIGNAL";
    case 's':
        return "orphans are always adopted, as tini does with -s";
    case 'w':
        return "for what tini -w does: --verbose";
    case 'c':
        return "signals go to main alone, as with dumb-init -c, unless --group says otherwise";
    case 'r':
        return "for what dumb-init -r does: --rewrite FROM:TO";
    default:
        return NULL;
    }
}
