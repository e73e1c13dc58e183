/* From the command line to what is to be done. */
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/message.h"
#include "base/output.h"
#include "command/load.h"
#include "command/peer.h"
#include "command/python.h"
#include "command/read.h"
#include "health/health.h"
#include "pid1/launch.h"
#include "pid1/signals.h"
#include "pid1/supervise.h"

static const char help[] =
    "tinyinit runs one program as PID 1: reaps, forwards signals, ends cleanly.\n"
    "\n"
    "  tinyinit [OPTION…] [--] PROGRAM [ARG…]\n"
    "  tinyinit exec [OPTION…] [--] PROGRAM [ARG…]      check the environment, become PROGRAM\n"
    "  tinyinit check [--format text|json|github] [--env-file FILE] [--print] [OPTION…]\n"
    "  tinyinit health [--timeout 2s] [--status 200] URL  is it up? for HEALTHCHECK\n"
    "  tinyinit contract|doctor|rehearse|stack …           words of the Python package\n"
    "\n"
    "  --grace DURATION         how long leftovers may run once main has ended\n"
    "                           (default 5s; 0: killed at once)\n"
    "  --stop-signal SIGNAL     which signal is the stop signal (default TERM)\n"
    "  --stop-timeout DURATION  kill main if it runs this long after the stop signal\n"
    "  --drain DURATION         wait this long before forwarding the stop signal\n"
    "  --rewrite FROM:TO,…      forward TO in place of FROM; a TO of 0 drops FROM\n"
    "  -g, --group              forward to main's whole group\n"
    "  --success CODE           exit with 0 when main exits with CODE; repeatable\n"
    "  --parent-death SIGNAL    signal that main gets when tinyinit's parent dies\n"
    "  --user NAME[:GROUP]      run main as this user; names or numbers\n"
    "  --no-new-privs           main and its children gain no privileges by exec\n"
    "  --ulimit NAME=SOFT:HARD  resource limits of main, as in docker; repeatable\n"
    "  --stack auto|off|SIZE    8 MiB for threads on musl; SIZE: also main's stack\n"
    "  --config FILE            the contract that the environment must meet\n"
    "                           (default /etc/tinyinit.toml, if it exists)\n"
    "  -q, --quiet  -v, --verbose  --log text|json  -h, --help  --version\n"
    "\n"
    "Each is also a variable: TINYINIT_STOP_TIMEOUT=25s. 0, off and false mean off.\n"
    "Example: ENTRYPOINT [\"tinyinit\", \"--rewrite\", \"INT:TERM\", \"--\"]\n"
    "Exit code: main's; 128+n: killed by signal n; 127 not found, 126 cannot run,\n"
    "64 wrong option, 78 wrong environment, 125 tinyinit itself cannot work.\n";

/* What follows the dash is a commit to dockerd, which asks for one with --init-path. */
static const char version[] = "tinyinit " TINYINIT_VERSION " - git.tinyinit\n";

/* Runs the program and returns its exit code, or one of tinyinit's as the init does whose name this
 * file was called by. */
static int supervise_as(enum peer peer, struct launch *launched)
{
    int code = supervise(launched);
    return code < 0 ? peer_code(peer, -code) : code;
}

/* Loads the contract, then runs the program or, for the words, becomes it or is done. */
static int load_and_run(struct command_line *command, const struct inherited_signals *inherited)
{
    bool is_health = command->word == WORD_HEALTH;
    /* A check that takes nothing from the environment need not read the contract each time. */
    int exit_code = is_health && !health_has_names(command->program) ? 0 : load(command);
    if (!exit_code && is_health)
        return health_run(command->program, command->envp);
    if (exit_code || command->word == WORD_CHECK)
        return exit_code;
    struct launch launched = {.options = &command->options,
                              .argv = command->program,
                              .envp = command->envp,
                              .signals = inherited,
                              .in_place = command->word == WORD_EXEC};
    if (!launched.in_place)
        return supervise_as(command->peer, &launched);
    return -launch(&launched);
}

static int run(struct command_line *command, const struct inherited_signals *inherited)
{
    const char *word = *command->program;
    if (!word && command->word < WORD_CHECK) {
        say(LEVEL_ERROR, "no_program", "no program to run; {-usage}",
            "tinyinit [OPTION…] -- PROGRAM [ARG…]");
        return peer_code(command->peer, WRONG_USAGE);
    }
    if (command->after_dashes || command->word || !python_has(word))
        return load_and_run(command, inherited);
    if (command->has_options) {
        say(LEVEL_ERROR, "wrong_option",
            "options for PID 1 do not go with {word}; for a program of that name: -- {-word}", word,
            word);
        return WRONG_USAGE;
    }
    signals_restore(inherited);
    return python_run(command->program, command->envp);
}

int main(int argc, char **argv, char **envp)
{
    /* First of all: as PID 1, a signal that comes before this is lost. */
    struct inherited_signals inherited = signals_take();
    struct command_line command;
    (void)argc;
    options_read(&command, argv, envp);
    bool asks = command.request != REQUEST_RUN && command.request != REQUEST_WRONG;
    if (command.peer && asks)
        return peer_print(&command);
    switch (command.request) {
    case REQUEST_WRONG:
        return peer_code(command.peer, WRONG_USAGE);
    case REQUEST_HELP:
        return !output_write(help, sizeof help - 1);
    case REQUEST_VERSION:
        return !output_write(version, sizeof version - 1);
    default:
        return run(&command, &inherited);
    }
}
