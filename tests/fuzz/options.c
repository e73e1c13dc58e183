/* The command line and TINYINIT_* variables from any bytes: NUL ends a word, and an empty word ends
 * the arguments. Whatever is read must fit struct options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command/read.h"

enum { WORDS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct command_line *line)
{
    const struct options *options = &line->options;
    if (options->drain_ms < 0 || options->stop_timeout_ms < 0 || options->grace_ms < 0)
        abort();
    if (options->stop_signal < 0 || options->stop_signal > SIGNAL_MAX)
        abort();
    if (options->parent_death < 0 || options->parent_death > SIGNAL_MAX)
        abort();
    for (int sig = 1; sig <= SIGNAL_MAX; sig++)
        if (options->rewrite[sig] > SIGNAL_MAX)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *argv[WORDS + 2] = {"tinyinit"}, *envp[WORDS + 1] = {NULL};
    size_t arguments = 1, variables = 0;
    char **last = argv;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *word = text; word < text + size; word += strlen(word) + 1) {
        if (!*word)
            last = envp;
        else if (last == argv && arguments <= WORDS)
            argv[arguments++] = word;
        else if (last == envp && variables < WORDS)
            envp[variables++] = word;
    }
    argv[arguments] = NULL;
    envp[variables] = NULL;
    struct command_line line;
    options_read(&line, argv, envp);
    check(&line);
    if (line.request == REQUEST_RUN && (line.program < argv || line.program > argv + arguments))
        abort();
    free(text);
    return 0;
}
