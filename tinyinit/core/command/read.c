#include "command/read.h"

#include <string.h>

#include "base/message.h"
#include "base/text.h"
#include "command/flags.h"
#include "command/peer.h"

#include "base/startup_only.h"

static const char prefix[] = "TINYINIT_";

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
        flags_read(command);
    if (command->request == REQUEST_RUN && !command->is_wrong)
        flags_fit_word(command);
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
