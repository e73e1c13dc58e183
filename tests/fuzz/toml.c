/* A contract file of any bytes: what comes of it is whole, its lines are lines of the file, and it
 * takes no more memory than a start may. */
#include "formats/toml.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/utf8.h"

enum { MEMORY_MOST = 4 << 20, PROBLEMS_MAX = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t memory(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        abort();
    fclose(file);
    return pages * (size_t)getpagesize();
}

static void check_text(const char *text, size_t length)
{
    const char *end = text + length;
    if (strlen(text) != length)
        abort();
    for (size_t step; text < end; text += step)
        if (!(step = utf8_length(text, end)))
            abort();
}

static void check_value(const struct toml_value *value, unsigned line)
{
    size_t count = 0;
    if (value->line < line)
        abort();
    check_text(value->text, value->length);
    for (const struct toml_value *item = value->items; item; item = item->next, count++)
        check_value(item, value->line);
    if (count != value->count || (count && value->kind != TOML_ARRAY))
        abort();
}

static void check(const struct toml_entry *entry, const struct problem *problem, unsigned lines)
{
    unsigned last = 0, problems = 0;
    for (; entry; last = entry->line, entry = entry->next) {
        if (entry->line <= last || entry->line > lines)
            abort();
        for (unsigned i = 0; i < TOML_DEPTH; i++)
            if (!entry->table[i] != (i >= entry->depth))
                abort();
        if (entry->key)
            check_value(&entry->value, entry->line);
    }
    for (; problem; problem = problem->next)
        if (!problem->line || problem->line > lines || ++problems > PROBLEMS_MAX + 1)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {.file = "contract"};
    unsigned lines = 1;
    char *text = malloc(size);
    memcpy(text, data, size);
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    size_t before = memory();
    const struct toml_entry *entry = toml_read(text, size, &problems);
    if (memory() > before + size + MEMORY_MOST)
        abort();
    free(text);
    check(entry, problems.first, lines);
    arena_release();
    return 0;
}
