#include "command/load.h"

#include <fcntl.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/message.h"
#include "base/output.h"
#include "command/init.h"
#include "command/read.h"
#include "contract/check.h"
#include "contract/contract.h"
#include "contract/export.h"
#include "contract/report.h"

#include "base/startup_only.h"

/* Returns the exit code. */
static int tell_report(const struct command_line *command, struct report *report)
{
    const struct problems *problems = report->problems;
    bool is_log = command->format == FORMAT_TEXT; /* the others are of check alone */
    report->quiet = command->options.log_level == LEVEL_ERROR;
    if (is_log && !problems->count && (!problems->first_warning || report->quiet))
        return 0;
    enum format format = is_log && message_is_json() ? FORMAT_JSON : command->format;
    struct buffer text = report_format(report, format);
    if (is_log)
        message_write(&text);
    else if (!output_write(text.text, text.length))
        return 1;
    return problems->count ? WRONG_CONFIGURATION : 0;
}

int load(struct command_line *command)
{
    struct file file;
    struct contract contract;
    bool is_check = command->word == WORD_CHECK;
    const char *path = command->options.config;
    if (!path) {
        if (!is_check)
            return 0;
        path = default_config;
    }
    const char *problem = file_read(AT_FDCWD, path, FILE_MAX, &file);
    if (problem == file_missing && path == default_config && !is_check)
        return 0;
    struct problems problems = {.file = path};
    struct report report = {.file = path, .problems = &problems, .of_contract = true};
    if (problem) {
        problem_at(&problems, 0, "cannot be read: {}", problem);
    } else {
        settings_default(&command->options);
        contract_read(&contract, path, file.text, file.length, init_take_key, &command->options,
                      &problems);
        options_apply(command); /* they are above those of [init] */
    }
    if (!problems.count) {
        report.of_contract = false;
        command->envp = check(&contract, command->envp, command->env_file, &problems);
    }
    int code = tell_report(command, &report);
    if (code || !command->prints)
        return code;
    struct buffer values = export_values(&contract);
    return !output_write(values.text, values.length);
}
