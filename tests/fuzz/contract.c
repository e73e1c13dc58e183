/* A contract from any bytes up to the first NUL, and an environment of entries behind it, each with
 * an end of its own. Whatever is wrong, a report is whole and on its own lines; if nothing is, main
 * gets an environment. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "command/init.h"
#include "command/setting.h"
#include "contract/check.h"
#include "contract/export.h"
#include "contract/report.h"

enum { ENTRIES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void report(const struct problems *problems, bool of_contract)
{
    for (enum format format = FORMAT_TEXT; format <= FORMAT_GITHUB; format++) {
        struct buffer line = report_format(
            &(struct report){.file = "c", .problems = problems, .of_contract = of_contract},
            format);
        if (line.full)
            abort();
        for (size_t i = 0; i < line.length; i++)
            if ((unsigned char)line.text[i] < 0x20 && line.text[i] != '\n')
                abort();
    }
}

static void check_all(const char *text, size_t length, char **envp)
{
    struct contract contract;
    struct options options;
    struct problems problems = {.first = NULL}, found = {.first = NULL};
    settings_default(&options);
    contract_read(&contract, "c", text, length, init_take_key, &options, &problems);
    report(&problems, true);
    if (problems.count)
        return;
    char **made = check(&contract, envp, NULL, &found);
    report(&found, false);
    struct buffer printed = export_values(&contract);
    if (printed.full)
        abort();
    for (; *made; made++)
        if (strlen(*made) >= 128 << 10 && !found.count)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *envp[ENTRIES + 1] = {NULL};
    size_t count = 0;
    memcpy(text, data, size);
    text[size] = '\0';
    size_t length = strlen(text);
    for (char *entry = text + length + 1; entry < text + size && count < ENTRIES;
         entry += strlen(entry) + 1)
        envp[count++] = entry;
    char *contract = malloc(length); /* so that a byte too far is seen */
    memcpy(contract, text, length);
    check_all(contract, length, envp);
    arena_release();
    free(contract);
    free(text);
    return 0;
}
