#include "toml.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "scan.h"
#include "toml_scalar.h"

#include "startup_only.h"

enum {
    PROBLEMS_MOST = 20,
    VALUES_MOST = 20000, /* what 1,000 variables may need, in less than 4 MiB */
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

/* What a function finds wrong it returns as a template: its fields are `what` and `other_line`. */
struct reader {
    const char *begin, *at, *stop; /* the current line, without its end */
    const char *next, *end;
    const char *wrong; /* with the bytes of the line */
    unsigned line, problem_line /* 0: the same */, other_line, told_line, told;
    const char *what;
    unsigned array_line; /* where the one begins that the line is inside of */
    unsigned values;
    struct node *node; /* NULL behind a table's head that is wrong */
    struct node root;
    struct toml_entry *head; /* of the table that the line is in */
    struct toml_entry *first, **last;
    struct node **buckets;
};

/* ---- lines ---- */

static bool next_line(struct reader *reader)
{
    if (reader->next == reader->end)
        return false;
    reader->line++;
    reader->begin = reader->at = reader->next;
    reader->stop = scan_line(reader->at, reader->end, &reader->wrong);
    reader->next = reader->stop;
    if (reader->stop < reader->end) {
        reader->next++;
        reader->stop -= reader->stop > reader->at && reader->stop[-1] == '\r';
    }
    return true;
}

/* The byte at the place, '\0' at the end of the line. */
static char peek(const struct reader *reader)
{
    return (char)(reader->at < reader->stop ? *reader->at : '\0');
}

/* Goes behind blanks. '\0' is for a comment too. */
static char blanks(struct reader *reader)
{
    reader->at = scan_blanks(reader->at, reader->stop);
    char byte = peek(reader);
    return (char)(byte == '#' ? '\0' : byte);
}

static bool is_bare(char byte)
{
    return scan_is_letter(byte) || scan_is_digit(byte) || byte == '-';
}

/* Whether the line looks like a table's head or a key, not like items of an array. */
static bool begins_anew(struct reader *reader)
{
    reader->at = reader->begin;
    if (blanks(reader) == '[') {
        reader->at++;
        return scan_is_letter(peek(reader));
    }
    const char *name = reader->at;
    while (is_bare(peek(reader)))
        reader->at++;
    return reader->at > name && blanks(reader) == '=';
}

static char first_byte(struct reader *reader)
{
    reader->at = reader->begin;
    return blanks(reader);
}

/* Goes behind the array that has a problem: its end may be missing. */
static bool leave_array(struct reader *reader)
{
    bool more = reader->line > reader->array_line || next_line(reader);
    for (; more && !begins_anew(reader); more = next_line(reader))
        if (first_byte(reader) == ']')
            return next_line(reader);
    return more;
}

/* ---- names ---- */

/* Finds or adds what `parent` has under this name. */
static struct node *child(struct reader *reader, const struct node *parent, const char *name,
                          bool is_key)
{
    uint32_t hash = (uint32_t)(uintptr_t)parent;
    for (const char *byte = name; *byte; byte++)
        hash = (hash ^ (unsigned char)*byte) * 16777619;
    struct node **place = &reader->buckets[(hash ^ hash >> 16) % BUCKETS];
    for (struct node *node = *place; node; node = node->next)
        if (node->parent == parent && !strcmp(node->name, name))
            return node;
    struct node *node = arena_take(sizeof *node);
    *node = (struct node){*place, parent, name, reader->line, is_key, false};
    return *place = node;
}

static const char *repeats(struct reader *reader, const struct node *node)
{
    reader->what = node->is_key ? "key" : "table";
    reader->other_line = node->line;
    return "repeats the {} of line {#}";
}

static const char *count(struct reader *reader)
{
    return ++reader->values > VALUES_MOST ? "has too many names and values; reading stopped here"
                                          : NULL;
}

/* ---- values ---- */

static const char *read_string(struct reader *reader, struct toml_value *value)
{
    char quote = *reader->at++;
    const char *begin = reader->at, *end = begin;
    if (reader->stop - begin >= 2 && *begin == quote && begin[1] == quote)
        return "has a string of several lines; write one line, with \\n";
    for (; end < reader->stop && *end != quote; end++)
        end += *end == '\\' && quote == '"';
    if (end >= reader->stop)
        return "has a string that is not closed";
    reader->at = end + 1;
    value->length = (size_t)(end - begin);
    char *text = arena_copy(begin, value->length);
    value->text = text;
    return quote == '"' ? toml_unescape(text, &value->length) : NULL;
}

/* The text that it is goes to `value`. */
static const char *read_name(struct reader *reader, struct toml_value *value)
{
    const char *begin = reader->at, *problem = count(reader);
    if (problem)
        return problem;
    if (peek(reader) == '"' || peek(reader) == '\'')
        return read_string(reader, value);
    while (is_bare(peek(reader)))
        reader->at++;
    value->text = arena_copy(begin, (size_t)(reader->at - begin));
    return reader->at > begin ? NULL : "lacks a name: letters, digits, _ and -, or quoted";
}

static const char *read_scalar(struct reader *reader, struct toml_value *value)
{
    value->line = reader->line;
    char byte = peek(reader);
    if (byte == '"' || byte == '\'') {
        value->kind = TOML_STRING;
        return read_string(reader, value);
    }
    if (byte == '{')
        return "has an inline table; write [table]";
    const char *begin = reader->at;
    for (; (unsigned char)byte > ' ' && byte != ',' && byte != ']' && byte != '#';
         byte = peek(reader))
        reader->at++;
    if (reader->at == begin)
        return "has no value";
    return toml_word(arena_copy(begin, (size_t)(reader->at - begin)), value);
}

static const char *next_line_of_array(struct reader *reader)
{
    if (!next_line(reader)) {
        reader->problem_line = reader->array_line;
        return "has an array that is not closed";
    }
    if (reader->wrong)
        return reader->wrong;
    if (begins_anew(reader)) {
        reader->what = "array";
        reader->other_line = reader->array_line;
        return "is inside of the {} of line {#}, which is not closed";
    }
    reader->at = reader->begin;
    return NULL;
}

static const char *read_array(struct reader *reader, struct toml_value *value)
{
    struct toml_value **last = &value->items;
    bool is_behind_item = false;
    const char *problem = NULL;
    value->kind = TOML_ARRAY;
    value->text = "";
    value->line = reader->array_line = reader->line;
    reader->at++;
    while (!problem) {
        char first = blanks(reader);
        if (!first) {
            problem = next_line_of_array(reader);
        } else if (first == ']') {
            reader->at++;
            reader->array_line = 0;
            return NULL;
        } else if (is_behind_item) {
            if (first != ',')
                return "has no comma between two items";
            reader->at++;
            is_behind_item = false;
        } else if (first == '[') {
            return "has an array in an array";
        } else if (!(problem = count(reader))) {
            *last = arena_take(sizeof **last);
            problem = read_scalar(reader, *last);
            last = &(*last)->next;
            value->count++;
            is_behind_item = true;
        }
    }
    return problem;
}

/* ---- one line ---- */

static const char *read_head(struct reader *reader, struct toml_entry *entry)
{
    struct node *node = &reader->root;
    char after = '.';
    reader->at++;
    if (peek(reader) == '[')
        return "has an array of tables; write [table]";
    while (after == '.') {
        blanks(reader);
        const char *problem = read_name(reader, &entry->value);
        if (problem)
            return problem;
        if (entry->depth < TOML_DEPTH)
            entry->table[entry->depth] = entry->value.text;
        entry->depth++;
        node = child(reader, node, entry->value.text, false);
        if (node->is_key)
            return repeats(reader, node);
        after = blanks(reader);
        reader->at++;
    }
    if (after != ']')
        return "has no ] behind the name of the table";
    if (node->has_head)
        return repeats(reader, node);
    node->has_head = true;
    node->line = reader->line;
    reader->node = node;
    reader->head = entry;
    return NULL;
}

static const char *read_pair(struct reader *reader, struct toml_entry *entry)
{
    const char *problem = read_name(reader, &entry->value);
    if (problem)
        return problem;
    char after = blanks(reader);
    if (after != '=')
        return after == '.' ? "has a dotted key; write [table]" : "has no = behind the key";
    reader->at++;
    entry->key = entry->value.text;
    memcpy(entry->table, reader->head->table, sizeof entry->table);
    entry->depth = reader->head->depth;
    /* A line has one key: one that is of another line was there before. */
    struct node *named = reader->node ? child(reader, reader->node, entry->key, true) : NULL;
    problem = blanks(reader) == '[' ? read_array(reader, &entry->value)
                                    : read_scalar(reader, &entry->value);
    if (!problem && named && named->line != entry->line) {
        reader->problem_line = entry->line;
        return repeats(reader, named);
    }
    return problem;
}

static const char *read_line(struct reader *reader)
{
    char first = first_byte(reader);
    if (reader->wrong || !first)
        return reader->wrong;
    struct toml_entry *entry = arena_take(sizeof *entry);
    entry->line = reader->line;
    const char *problem = first == '[' ? read_head(reader, entry) : read_pair(reader, entry);
    if (!problem && reader->node) {
        *reader->last = entry;
        reader->last = &entry->next;
    }
    if (!problem && blanks(reader))
        problem = "has something behind the value or table; begin a new line";
    return problem;
}

/* Adds it, unless its line has one. False if reading ends here. */
static bool tell(struct reader *reader, struct problems *problems, const char *problem)
{
    unsigned line = reader->problem_line ? reader->problem_line : reader->line;
    bool is_full = reader->values > VALUES_MOST;
    reader->problem_line = 0;
    if (line != reader->told_line || is_full) {
        reader->told_line = line;
        if (++reader->told > PROBLEMS_MOST)
            problem = "has more problems; reading stopped here";
        problem_at(problems, line, problem, reader->what, (long long)reader->other_line);
    }
    return reader->told <= PROBLEMS_MOST && !is_full;
}

struct toml_entry *toml_read(const char *text, size_t length, struct problems *problems)
{
    struct reader reader = {.next = scan_start(text, text + length), .end = text + length};
    reader.node = &reader.root;
    reader.last = &reader.first;
    reader.head = arena_take(sizeof *reader.head);
    reader.buckets = arena_take(BUCKETS * sizeof *reader.buckets);
    bool more = next_line(&reader);
    while (more) {
        const char *problem = read_line(&reader);
        if (problem) {
            if (!tell(&reader, problems, problem))
                break;
            if (!reader.array_line && first_byte(&reader) == '[')
                reader.node = NULL;
        }
        more = problem && reader.array_line ? leave_array(&reader) : next_line(&reader);
        reader.array_line = 0;
    }
    return reader.first;
}
