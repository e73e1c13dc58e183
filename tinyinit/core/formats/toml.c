#include "formats/toml.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/message.h"
#include "formats/limits.h"
#include "formats/scan.h"
#include "formats/toml_scalar.h"

#include "base/startup_only.h"

enum {
    VALUES_MAX = 20000, /* what 1,000 variables may need, in less than 4 MiB */
    BUCKETS = 1024,
};

/* A name in the file: of a table, or of a key, which has no children. */
struct node {
    struct node *next; /* of the same bucket */
    const struct node *parent;
    const char *name;
    unsigned line;
    bool is_key, has_head;
};

struct toml_reader {
    struct scan scan;
    char *at; /* in the current line */
    unsigned problem_line /* that a problem is told of */, told_line, told;
    unsigned array_line; /* where the one begins that the line is inside of */
    unsigned values;
    bool is_full; /* of names, values or problems: reading ends */
    struct node *node; /* NULL after a wrong table header */
    struct toml_entry *first, **last;
    struct toml_value name; /* the last that was read: its text */
    struct node root;
    struct node *buckets[BUCKETS];
};

/* ---- lines ---- */

static bool next_line(struct toml_reader *reader)
{
    bool more = scan_next(&reader->scan);
    reader->at = reader->scan.line;
    reader->problem_line = reader->scan.number;
    return more;
}

/* Moves past blanks and returns what comes next; '\n' for the end of the line or a comment. */
static char blanks(struct toml_reader *reader)
{
    reader->at = scan_blanks(reader->at);
    return (char)(*reader->at == '#' ? '\n' : *reader->at);
}

/* Whether the line looks like a table's head or a key, not like items of an array. */
static bool begins_anew(const struct toml_reader *reader)
{
    const char *begin = scan_blanks(reader->scan.line), *end = scan_name(begin, '-');
    return *begin == '[' ? scan_is_letter(begin[1]) : end > begin && *scan_blanks(end) == '=';
}

/* Moves past the array that has a problem, and whose end may be missing. Of a line that begins anew
 * nothing has been read yet. */
static bool leave_array(struct toml_reader *reader)
{
    bool more = reader->scan.number > reader->array_line || next_line(reader);
    for (; more && !begins_anew(reader); more = next_line(reader))
        if (*scan_blanks(reader->scan.line) == ']')
            return next_line(reader);
    return more;
}

/* ---- names ---- */

/* Finds or adds what `parent` has under the name that was read. */
static struct node *named_node(struct toml_reader *reader, const struct node *parent, bool is_key)
{
    const char *name = reader->name.text;
    uint32_t hash = (uint32_t)(uintptr_t)parent;
    for (const char *byte = name; *byte; byte++)
        hash = (hash ^ (unsigned char)*byte) * 16777619;
    struct node **place = &reader->buckets[(hash ^ hash >> 16) % BUCKETS];
    for (struct node *node = *place; node; node = node->next)
        if (node->parent == parent && !strcmp(node->name, name))
            return node;
    struct node *node = arena_take(sizeof *node);
    node->next = *place;
    node->parent = parent;
    node->name = name;
    node->line = reader->scan.number;
    node->is_key = is_key;
    return *place = node;
}

static const char *repeats(const struct node *node)
{
    return node->is_key ? problem_text("repeats the key on line {#}", NUMBER(node->line))
                        : problem_text("repeats the table on line {#}", NUMBER(node->line));
}

static const char *count(struct toml_reader *reader)
{
    if (++reader->values <= VALUES_MAX)
        return NULL;
    reader->is_full = true;
    return "has too many names and values; reading stopped here";
}

static const char *read_name(struct toml_reader *reader)
{
    const char *begin = reader->at, *problem = count(reader);
    if (problem)
        return problem;
    if (*begin == '"' || *begin == '\'')
        return toml_string(&reader->at, &reader->name);
    reader->at = scan_name(begin, '-');
    if (reader->at == begin)
        return "has no name; write letters, digits, _ and -, or quote it";
    reader->name.text = arena_copy(begin, (size_t)(reader->at - begin));
    return NULL;
}

/* ---- values ---- */

static const char *read_scalar(struct toml_reader *reader, struct toml_value *value)
{
    const char *begin = reader->at;
    value->line = reader->scan.number;
    if (*begin == '"' || *begin == '\'')
        return toml_string(&reader->at, value);
    if (*begin == '{')
        return "has an inline table; write [table]";
    char *end = reader->at;
    while ((unsigned char)*end > ' ' && *end != ',' && *end != ']' && *end != '#')
        end++;
    reader->at = end;
    if (end == begin)
        return "has no value";
    return toml_bare(arena_copy(begin, (size_t)(end - begin)), value);
}

/* Goes to the next byte of the array that is of meaning, maybe lines further on. */
static const char *go_on_in_array(struct toml_reader *reader)
{
    while (blanks(reader) == '\n') {
        if (!next_line(reader)) {
            reader->problem_line = reader->array_line;
            return "has an array that is never closed";
        }
        if (reader->scan.wrong)
            return reader->scan.wrong;
        if (begins_anew(reader))
            return problem_text("is inside the array opened on line {#}, which is never closed",
                                NUMBER(reader->array_line));
    }
    return NULL;
}

static const char *read_array(struct toml_reader *reader, struct toml_value *value)
{
    struct toml_value **last = &value->items;
    const char *problem;
    value->kind = TOML_ARRAY;
    value->text = "";
    value->line = reader->array_line = reader->scan.number;
    do {
        reader->at++;
        if ((problem = go_on_in_array(reader)))
            return problem;
        if (*reader->at == ']')
            break;
        if (*reader->at == '[')
            return "has an array inside an array";
        if ((problem = count(reader)))
            return problem;
        struct toml_value *item = *last = arena_take(sizeof *item);
        last = &item->next;
        value->count++;
        problem = read_scalar(reader, item);
        if (problem || (problem = go_on_in_array(reader)))
            return problem;
    } while (*reader->at == ',');
    if (*reader->at != ']')
        return "has no comma between two items";
    reader->at++;
    reader->array_line = 0;
    return NULL;
}

/* ---- one line ---- */

static const char *read_head(struct toml_reader *reader, struct toml_entry *entry)
{
    struct node *node = &reader->root;
    char after;
    if (*++reader->at == '[')
        return "has an array of tables; write [table]";
    do {
        blanks(reader);
        const char *problem = read_name(reader);
        if (problem)
            return problem;
        if (entry->depth < TOML_DEPTH)
            entry->table[entry->depth] = reader->name.text;
        entry->depth++;
        node = named_node(reader, node, false);
        if (node->is_key)
            return repeats(node);
        after = blanks(reader);
        reader->at++;
    } while (after == '.');
    if (after != ']')
        return "has no ] after the name of the table";
    if (node->has_head)
        return repeats(node);
    node->has_head = true;
    node->line = entry->line;
    reader->node = node;
    return NULL;
}

static const char *read_pair(struct toml_reader *reader, struct toml_entry *entry)
{
    const char *problem = read_name(reader);
    if (problem)
        return problem;
    char after = blanks(reader);
    if (after != '=')
        return after == '.' ? "has a dotted key; write [table]" : "has no = after the key";
    reader->at++;
    entry->key = reader->name.text;
    /* A line has one key: one that is of another line was there before. */
    const struct node *named = named_node(reader, reader->node, true);
    problem = blanks(reader) == '[' ? read_array(reader, &entry->value)
                                    : read_scalar(reader, &entry->value);
    if (problem || !reader->node || named->line == entry->line)
        return problem;
    reader->problem_line = entry->line;
    return repeats(named);
}

static const char *read_line(struct toml_reader *reader)
{
    char first = blanks(reader);
    if (first == '[')
        reader->node = NULL;
    if (reader->scan.wrong)
        return reader->scan.wrong;
    if (first == '\n')
        return NULL;
    struct toml_entry *entry = arena_take(sizeof *entry);
    entry->line = reader->scan.number;
    const char *problem = first == '[' ? read_head(reader, entry) : read_pair(reader, entry);
    if (problem)
        return problem;
    if (reader->node) {
        *reader->last = entry;
        reader->last = &entry->next;
    }
    return blanks(reader) == '\n'
               ? NULL
               : "has extra text after the value or table header; start a new line";
}

/* Adds it, unless its line has one. */
static void tell_line(struct toml_reader *reader, struct problems *problems, const char *problem)
{
    if (reader->problem_line == reader->told_line && !reader->is_full)
        return;
    reader->told_line = reader->problem_line;
    if (reader->told++ == PROBLEMS_MAX) {
        reader->is_full = true;
        problem = "more problems follow; reading stopped here";
    }
    problem_at(problems, reader->problem_line, "{}", problem);
}

struct toml_entry *toml_read(const char *text, size_t length, struct problems *problems)
{
    struct toml_reader *reader = arena_take(sizeof *reader);
    scan_begin(&reader->scan, text, length);
    reader->node = &reader->root;
    reader->last = &reader->first;
    bool more = next_line(reader);
    while (more && !reader->is_full) {
        const char *problem = read_line(reader);
        if (problem)
            tell_line(reader, problems, problem);
        more = reader->array_line ? leave_array(reader) : next_line(reader);
        reader->array_line = 0;
    }
    return reader->first;
}
