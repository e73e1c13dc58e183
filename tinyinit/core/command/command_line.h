/* What tinyinit was told: flags, and TINYINIT_* variables below them. Every wrong one is reported,
 * all at once. */
#ifndef TINYINIT_COMMAND_LINE_H
#define TINYINIT_COMMAND_LINE_H

#include <stdbool.h>

#include "command/setting.h"
#include "contract/report.h"

/* `exec` becomes the program, `check` and `health` need none. */
enum word { WORD_NONE, WORD_EXEC, WORD_CHECK, WORD_HEALTH };

enum request { REQUEST_RUN, REQUEST_HELP, REQUEST_VERSION, REQUEST_LICENSE, REQUEST_WRONG };

/* Another init whose name tinyinit was called by. */
enum peer { PEER_NONE, PEER_TINI, PEER_DUMB_INIT, PEER_CATATONIT };

struct command_line {
    char **argv; /* whole */
    char **envp; /* main's */
    enum peer peer;
    enum request request;
    enum word word;
    enum format format; /* of check's report */
    bool is_wrong; /* something was, so far */
    bool prints; /* check prints the values */
    bool is_of_check; /* flags stood there that only check has */
    bool after_dashes; /* `--` stood before the program: it is one, whatever its name */
    bool has_options; /* flags stood before it */
    const char *env_file; /* one more for check; NULL: none */
    char **program; /* what is left of argv: in the end the program and its arguments */
    struct setter setter; /* of the options */
    struct options options;
};

/* Sets one option, or says why `value` is refused and notes it. `written` is the option as the user
 * wrote it: --grace, -q, TINYINIT_GRACE. */
void command_set(struct command_line *command, enum option option, const char *written,
                 const char *value);

/* Says that `value` is not what was expected, and notes it. */
void command_refuse(struct command_line *command, const char *written, const char *value,
                    const char *expected);

#endif
