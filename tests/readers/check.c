/* Asked with a contract, an environment (entries that end with NUL) and "text", "json" or "github":
 * the report on the contract or, if that is in order, on the environment, then a line of its own
 * with "environment", and what main gets, unless there are problems. */
#include "contract/check.h"

#include <string.h>

#include "base/arena.h"
#include "command/init.h"
#include "command/setting.h"
#include "contract/report.h"
#include "talk.h"

enum { ENTRIES = 4096 };

static char *file;

static char **entries_of(const char *text, size_t length)
{
    char **entries = arena_take((ENTRIES + 1) * sizeof *entries), *at = arena_copy(text, length);
    size_t count = 0;
    for (const char *end = at + length; at < end && count < ENTRIES; at += strlen(at) + 1)
        entries[count++] = at;
    return entries;
}

static void put(FILE *answer, const struct problems *problems, bool of_contract, enum format format)
{
    struct buffer report = report_format(
        &(struct report){.file = file, .problems = problems, .of_contract = of_contract}, format);
    if (report.full)
        abort();
    fwrite(report.text, 1, report.length, answer);
}

static void answer_with(FILE *answer, const char *text, size_t length, char **envp,
                        enum format format)
{
    struct contract contract;
    struct options options;
    struct problems problems = {.first = NULL}, found = {.first = NULL};
    settings_default(&options);
    contract_read(&contract, file, text, length, init_take_key, &options, &problems);
    if (problems.count) {
        put(answer, &problems, true, format);
        return;
    }
    char **made = check(&contract, envp, NULL, &found);
    put(answer, &found, false, format);
    if (found.count)
        return;
    fputs("environment\n", answer);
    for (; *made; made++)
        fwrite(*made, 1, strlen(*made) + 1, answer);
}

int main(int argc, char **argv)
{
    file = argc > 1 ? argv[1] : "tinyinit.toml";
    for (;;) {
        size_t length, envp_length, format_length, answer_length;
        char *text = talk_question(&length), *envp = talk_question(&envp_length);
        char *format = talk_question(&format_length), *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        answer_with(answer, text, length, entries_of(envp, envp_length),
                    *format == 'j'   ? FORMAT_JSON
                    : *format == 'g' ? FORMAT_GITHUB
                                     : FORMAT_TEXT);
        free(text);
        free(envp);
        free(format);
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
