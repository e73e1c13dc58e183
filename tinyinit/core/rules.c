#include "rules.h"

#include <string.h>

#include "scan.h"
#include "value.h"

#include "startup_only.h"

enum { TEXT_MAX = 64 }; /* bytes of a min or max, which are shown whole, and of a separator */

enum kind { KIND_NUMBER, KIND_COUNT, KIND_STRING, KIND_STRINGS };

#define FOR(type) (1U << TYPE_##type)
#define FOR_ORDERED (FOR(INT) | FOR(FLOAT) | FOR(PORT) | FOR(DURATION) | FOR(SIZE))

/* In the order of enum rule. */
static const struct {
    char name[11];
    unsigned char kind;
    unsigned short types;
} keys[] = {
    {"min", KIND_NUMBER, FOR_ORDERED},
    {"max", KIND_NUMBER, FOR_ORDERED},
    {"min_length", KIND_COUNT, FOR(STRING) | FOR(LIST)},
    {"max_length", KIND_COUNT, FOR(STRING) | FOR(LIST)},
    {"pattern", KIND_STRING, FOR(STRING)},
    {"choices", KIND_STRINGS, FOR(STRING) | FOR(INT)},
    {"schemes", KIND_STRINGS, FOR(URL)},
    {"must", KIND_STRING, FOR(PATH)},
    {"separator", KIND_STRING, FOR(LIST)},
    {"items", KIND_STRING, FOR(LIST)},
    {"type", KIND_STRING, 0xffff},
};

static const char kinds[][20] = {"a number", "a whole number", "a string", "an array of strings"};

static bool is_must(const char *text, enum must *must)
{
    *must = (enum must)(parse_word(text, "exists\0file\0dir\0writable\0") + 1);
    return *must;
}

static bool is_scheme(const char *text)
{
    text = type_after_scheme(text);
    return text && !*text;
}

static bool is_of_kind(unsigned char kind, const struct toml_value *value)
{
    switch (kind) {
    case KIND_NUMBER:
        return value->kind <= TOML_FLOAT;
    case KIND_COUNT:
        return value->kind == TOML_INTEGER && scan_is_digit(*value->text) &&
               type_fits(TYPE_INT, value->text, value->length);
    case KIND_STRING:
        return value->kind == TOML_STRING;
    default:
        if (value->kind != TOML_ARRAY || !value->items)
            return false;
        for (value = value->items; value; value = value->next)
            if (value->kind > TOML_INTEGER)
                return false;
        return true;
    }
}

struct checked {
    struct rules *rules;
    struct problems *problems;
    unsigned line;
};

/* Tells what is wrong with the value of a key, and leaves it out. */
static void refuse(const struct checked *checked, enum rule rule, const char *value,
                   const char *expected)
{
    checked->rules->given[rule] = NULL;
    problem_at(checked->problems, checked->line, "[var.{}] {} {} {'}, not {}", checked->rules->name,
               keys[rule].name, keys[rule].kind == KIND_STRINGS ? "has" : "is", value, expected);
}

static void refuse_key(const struct checked *checked, enum rule rule, const char *what,
                       const char *detail)
{
    checked->rules->given[rule] = NULL;
    problem_at(checked->problems, checked->line, "[var.{}] {} {}{}", checked->rules->name,
               keys[rule].name, what, detail);
}

const char *rules_key(enum rule rule)
{
    return keys[rule].name;
}

bool rules_set(struct rules *rules, const char *key, const struct toml_value *value,
               struct problems *problems)
{
    unsigned rule = 0;
    while (strcmp(key, keys[rule].name) != 0)
        if (++rule == RULE_COUNT)
            return false;
    const struct checked checked = {rules, problems, value->line};
    if (!is_of_kind(keys[rule].kind, value)) {
        refuse_key(&checked, rule, "must be ", kinds[keys[rule].kind]);
        return true;
    }
    const char *expected = NULL;
    enum type type = type_find(value->text);
    rules->given[rule] = value;
    if (rule == RULE_TYPE) {
        rules->type = type;
        if (type == TYPE_COUNT)
            expected = "a type";
    } else if (rule == RULE_ITEMS) {
        if (type >= TYPE_LIST)
            expected = "a type of items";
        else if (!(rules->items = type))
            rules->given[rule] = NULL;
    } else if (rule == RULE_SEPARATOR) {
        if (!value->length || value->length > TEXT_MAX)
            expected = "1 to 64 bytes";
        else if (!strcmp(rules->separator = value->text, ","))
            rules->given[rule] = NULL;
    } else if (rule == RULE_MUST && !is_must(value->text, &rules->must)) {
        expected = "exists, file, dir or writable";
    }
    if (expected)
        refuse(&checked, rule, value->text, expected);
    return true;
}

static void finish_bounds(const struct checked *checked, enum rule least, enum type type)
{
    const struct toml_value **bounds = checked->rules->given + least;
    for (unsigned i = 0; i < 2; i++)
        if (bounds[i] &&
            (bounds[i]->length > TEXT_MAX || !type_fits(type, bounds[i]->text, bounds[i]->length)))
            refuse(checked, least + i, bounds[i]->text, type_expects(type));
    if (bounds[0] && bounds[1] && type_compare(type, bounds[0]->text, bounds[1]->text) > 0)
        refuse_key(checked, least, "is over ", keys[least + 1].name);
}

static void finish_items(const struct checked *checked, enum rule rule)
{
    const struct toml_value *item = checked->rules->given[rule];
    enum type type = checked->rules->type;
    for (item = item ? item->items : NULL; item; item = item->next)
        if (rule == RULE_SCHEMES ? !is_scheme(item->text)
                                 : !type_fits(type, item->text, item->length))
            refuse(checked, rule, item->text,
                   rule == RULE_SCHEMES ? "a scheme" : type_expects(type));
}

void rules_finish(struct rules *rules, unsigned line, struct problems *problems)
{
    const struct checked checked = {rules, problems, line};
    enum type type = rules->type;
    if (type == TYPE_COUNT)
        return;
    for (unsigned rule = 0; rule < RULE_TYPE; rule++)
        if (rules->given[rule] && !(keys[rule].types >> type & 1))
            refuse_key(&checked, rule, "is not for type ", type_name(type));
    finish_bounds(&checked, RULE_MIN, type);
    finish_bounds(&checked, RULE_MIN_LENGTH, TYPE_INT);
    finish_items(&checked, RULE_CHOICES);
    finish_items(&checked, RULE_SCHEMES);
    const struct toml_value *pattern = rules->given[RULE_PATTERN];
    const char *problem = "";
    if (pattern && !(rules->pattern = pattern_compile(pattern->text, pattern->length, &problem)))
        refuse_key(&checked, RULE_PATTERN, problem, "");
}
