#include "command/load.h"

#include <fcntl.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/message.h"
#include "command/init.h"
#include "contract/check.h"
#include "contract/contract.h"
#include "contract/print.h"
#include "contract/report.h"

#include "base/startup_only.h"

/* Returns the exit code. */
static int tell_report(const struct command_line *line, struct report *report)
{
    const struct problems *problems = report->problems;
    bool is_log = line->format == FORMAT_TEXT; /* the others are of check alone */
    report->quiet = line->options.log_level == LEVEL_ERROR;
    if (is_log && !problems->count && (!problems->first_warning || report->quiet))
        return 0;
    enum format format = is_log && message_is_json() ? FORMAT_JSON : line->format;
    struct line text = report_format(report, format);
    if (is_log)
        line_write(&text);
    else if (!print(text.text, text.length))
        return 1;
    return problems->count ? WRONG_CONFIGURATION : 0;
}

int load(struct command_line *line)
{
    struct file file;
    struct contract contract;
    bool is_check = line->word == WORD_CHECK;
    const char *path = line->options.config;
    if (!path) {
        if (!is_check)
            return 0;
        path = default_config;
    }
    const char *problem = file_read(AT_FDCWD, path, FILE_LIMIT, &file);
    if (problem == file_missing && path == default_config && !is_check)
        return 0;
    struct problems problems = {.file = path};
    struct report report = {.file = path, .problems = &problems, .of_contract = true};
    if (problem) {
        problem_at(&problems, 0, "cannot be read: {}", problem);
    } else {
        settings_default(&line->options);
        contract_read(&contract, path, file.text, file.length, init_take_key, &line->options,
                      &problems);
        options_apply(line); /* they are above those of [init] */
    }
    if (!problems.count) {
        report.of_contract = false;
        line->envp = check(&contract, line->envp, line->env_file, &problems);
    }
    int code = tell_report(line, &report);
    if (code || !line->prints)
        return code;
    struct line values = print_values(&contract);
    return !print(values.text, values.length);
}
