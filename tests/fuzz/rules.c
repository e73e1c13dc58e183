/* A variable's table, NUL, a value, NUL, another: whatever the rules are and the values, what is
 * said of them fits a line and is one, and two values of a type have an order. */
#include "contract/rules.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/utf8.h"
#include "formats/scan.h"
#include "formats/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_complaint(const struct rules *rules, const char *value, bool hidden)
{
    char text[LINE_SIZE];
    struct buffer complaint = {.text = text, .size = sizeof text};
    bool meets = rules_meet(rules, value, strlen(value), hidden, &complaint);
    if (meets != !complaint.length || complaint.full)
        abort();
    struct scan scan = {.line = NULL};
    scan_begin(&scan, text, complaint.length);
    if (scan_next(&scan) && (scan.wrong || scan_next(&scan)))
        abort();
}

static bool is_utf8(const char *value)
{
    const char *end = value + strlen(value);
    size_t length = 1;
    for (; value < end && length; value += length)
        length = utf8_length(value, end);
    return length;
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check_types(const char *one, const char *other)
{
    for (unsigned type = 0; type < TYPE_COUNT; type++) {
        if (type_find(type_name(type)) != type)
            abort();
        if (!type_fits(one, type) || !type_fits(other, type))
            continue;
        if (sign(type_compare(type, one, other)) != -sign(type_compare(type, other, one)) ||
            type_compare(type, one, one) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 3), *end = text + size;
    memcpy(text, data, size);
    memset(end, 0, 3);
    const char *value = text + strlen(text) + 1;
    const char *other = value + strlen(value) + 1;
    struct problems problems = {.file = "file"};
    struct rules rules = {.name = "X"};
    for (const struct toml_entry *entry = toml_read(text, strlen(text), &problems); entry;
         entry = entry->next)
        if (entry->key)
            rules_set(&rules, entry->key, &entry->value, &problems);
    rules_finish(&rules, 1, &problems);
    if (!problems.count) {
        check_complaint(&rules, value, false);
        check_complaint(&rules, value, true);
    }
    if (is_utf8(value) && is_utf8(other))
        check_types(value, other);
    arena_release();
    free(text);
    return 0;
}
