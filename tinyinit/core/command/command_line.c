#include "command/command_line.h"

#include "base/message.h"

#include "base/startup_only.h"

void command_refuse(struct command_line *command, const char *written, const char *value,
                    const char *expected)
{
    command->is_wrong = true;
    say(LEVEL_ERROR, "wrong_option", "{option} is {'value}, not {expected}", written, value,
        expected);
}

void command_set(struct command_line *command, enum option option, const char *written,
                 const char *value)
{
    const char *expected = setting_set(&command->setter, option, value);
    if (expected)
        command_refuse(command, written, command->setter.refused, expected);
}
