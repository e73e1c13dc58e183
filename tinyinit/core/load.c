#include "load.h"

#include <fcntl.h>
#include <string.h>

#include "check.h"
#include "contract.h"
#include "file.h"
#include "message.h"
#include "print.h"
#include "report.h"

#include "startup_only.h"

enum { WRONG_CONFIGURATION = 78 };

/* Returns the exit code. */
static int tell(const struct command_line *line, const char *file, bool of_contract,
                const struct problems *problems)
{
    bool is_check = line->word == WORD_CHECK, is_log = !is_check || line->format == FORMAT_TEXT;
    int code = problems->count ? WRONG_CONFIGURATION : 0;
    struct report report = {.file = file,
                            .problems = problems,
                            .of_contract = of_contract,
                            .quiet = line->options.log_level == LEVEL_ERROR};
    if (!problems->first && is_log)
        return code;
    enum format format = !is_log ? line->format : message_is_json() ? FORMAT_JSON : FORMAT_TEXT;
    if (is_log && !problems->count && report.quiet)
        return code;
    struct line text = report_format(&report, format);
    if (!is_log && !print(text.text, text.length))
        return 1;
    if (is_log)
        line_write(&text);
    return code;
}

static int check_with(const struct contract *contract, struct command_line *line)
{
    struct problems problems = {.first = NULL};
    line->envp = check(contract, line->envp, line->env_file, &problems);
    int code = tell(line, contract->file, false, &problems);
    if (code || !line->prints)
        return code;
    struct line values = print_values(contract);
    return !print(values.text, values.length);
}

int load(struct command_line *line)
{
    struct file file;
    struct contract contract;
    struct problems problems = {.first = NULL};
    bool is_check = line->word == WORD_CHECK;
    const char *path = line->options.config;
    if (!path && !is_check)
        return 0;
    if (!path)
        path = default_config;
    const char *problem = file_read(AT_FDCWD, path, FILE_LIMIT, &file);
    if (problem == file_missing && path == default_config && !is_check)
        return 0;
    problems.file = path;
    if (problem) {
        problem_at(&problems, 0, "cannot be read: {}", problem);
        return tell(line, path, true, &problems);
    }
    settings_default(&line->options);
    contract_read(&contract, path, file.text, file.length, &line->options, &problems);
    options_apply(line); /* they are above those of [init] */
    if (problems.count)
        return tell(line, path, true, &problems);
    return check_with(&contract, line);
}
