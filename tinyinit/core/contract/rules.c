#include "contract/rules.h"

#include <string.h>

#include "base/value.h"

#include "base/startup_only.h"

enum { TEXT_MAX = 64 }; /* bytes of a min or max, which are shown whole, and of a separator */

/* In the order of enum rule. */
const char rule_names[] = "min\0max\0min_length\0max_length\0pattern\0choices\0schemes\0must\0"
                          "separator\0items\0type\0";

static const unsigned char kinds[] = {
    [RULE_MIN] = KIND_NUMBER,       [RULE_MAX] = KIND_NUMBER,     [RULE_MIN_LENGTH] = KIND_COUNT,
    [RULE_MAX_LENGTH] = KIND_COUNT, [RULE_PATTERN] = KIND_STRING, [RULE_CHOICES] = KIND_CHOICES,
    [RULE_SCHEMES] = KIND_CHOICES,  [RULE_MUST] = KIND_STRING,    [RULE_SEPARATOR] = KIND_STRING,
    [RULE_ITEMS] = KIND_STRING,     [RULE_TYPE] = KIND_STRING,
};

#define FOR(type) (1U << TYPE_##type)
#define FOR_ORDERED (FOR(INT) | FOR(FLOAT) | FOR(PORT) | FOR(DURATION) | FOR(SIZE))

/* The types that each is for. */
static const unsigned short types[RULE_TYPE] = {
    [RULE_MIN] = FOR_ORDERED,
    [RULE_MAX] = FOR_ORDERED,
    [RULE_MIN_LENGTH] = FOR(STRING) | FOR(LIST),
    [RULE_MAX_LENGTH] = FOR(STRING) | FOR(LIST),
    [RULE_PATTERN] = FOR(STRING),
    [RULE_CHOICES] = FOR(STRING) | FOR(INT),
    [RULE_SCHEMES] = FOR(URL),
    [RULE_MUST] = FOR(PATH),
    [RULE_SEPARATOR] = FOR(LIST),
    [RULE_ITEMS] = FOR(LIST),
};

static bool is_scheme(const char *text)
{
    text = type_after_scheme(text);
    return text && !*text;
}

/* Tells what is wrong with a key, and leaves it out: it "is " or "has " a value that is not what is
 * expected; or, if `expected` is NULL, just what the two texts say. */
static void refuse_rule(struct rules *rules, enum rule rule, const char *what, const char *value,
                        const char *expected)
{
    const char *template = expected ? "[var.{}] {} {}{'}, not {}" : "[var.{}] {} {}{}";
    rules->given[rule] = NULL;
    problem_at(rules->problems, rules->line, template, rules->name, word_of(rule_names, rule), what,
               value, expected);
}

bool rules_set(struct rules *rules, const char *key, const struct toml_value *value,
               struct problems *problems)
{
    int which = parse_word(key, rule_names);
    if (which < 0)
        return false;
    enum rule rule = (enum rule)which;
    rules->problems = problems;
    rules->line = value->line;
    const char *expected = kind_misfit(kinds[rule], value);
    if (expected) {
        refuse_rule(rules, rule, "must be ", expected, NULL);
        return true;
    }
    const char *text = value->text;
    enum type type = type_find(text);
    bool is_default = false;
    if (rule == RULE_TYPE) {
        rules->type = type;
        if (type == TYPE_COUNT)
            expected = type_choices(TYPE_COUNT);
    } else if (rule == RULE_ITEMS) {
        rules->items = type;
        is_default = type == TYPE_STRING;
        if (type >= TYPE_LIST)
            expected = type_choices(TYPE_LIST);
    } else if (rule == RULE_SEPARATOR) {
        rules->separator = text;
        is_default = !strcmp(text, ",");
        if (!value->length || value->length > TEXT_MAX)
            expected = "1 to 64 bytes";
    } else if (rule == RULE_MUST) {
        rules->must = (enum must)(parse_word(text, "exists\0file\0dir\0writable\0") + 1);
        if (!rules->must)
            expected = "exists, file, dir or writable";
    }
    rules->given[rule] = is_default ? NULL : value;
    if (expected)
        refuse_rule(rules, rule, "is ", text, expected);
    return true;
}

/* Values that are none of what they must be, and a min over its max. */
static void finish_values(struct rules *rules, enum rule rule)
{
    unsigned char kind = kinds[rule];
    enum type type = kind == KIND_COUNT ? TYPE_INT : rules->type;
    const struct toml_value *given = rules->given[rule], *value;
    if (!given)
        return;
    for (value = kind == KIND_CHOICES ? given->items : given; value; value = value->next)
        if (rule == RULE_SCHEMES ? !is_scheme(value->text)
                                 : !type_fits(value->text, type) ||
                                       (kind != KIND_CHOICES && value->length > TEXT_MAX))
            refuse_rule(rules, rule, kind == KIND_CHOICES ? "has " : "is ", value->text,
                        rule == RULE_SCHEMES ? "a scheme" : type_expects(type));
    if ((rule == RULE_MAX || rule == RULE_MAX_LENGTH) && rules->given[rule] &&
        rules->given[rule - 1] &&
        type_compare(type, rules->given[rule - 1]->text, rules->given[rule]->text) > 0)
        refuse_rule(rules, rule - 1, "is over ", word_of(rule_names, rule), NULL);
}

void rules_finish(struct rules *rules, unsigned line, struct problems *problems)
{
    enum type type = rules->type;
    const struct toml_value *pattern;
    rules->problems = problems;
    rules->line = line;
    if (type == TYPE_COUNT)
        return;
    for (unsigned rule = 0; rule < RULE_TYPE; rule++)
        if (rules->given[rule] && !(types[rule] >> type & 1))
            refuse_rule(rules, rule, "is not for type ", type_name(type), NULL);
    for (unsigned rule = 0; rule <= RULE_SCHEMES; rule++)
        if (rule != RULE_PATTERN)
            finish_values(rules, (enum rule)rule);
    pattern = rules->given[RULE_PATTERN];
    if (pattern && !(rules->pattern =
                         pattern_compile(pattern->text, pattern->length, &rules->pattern_problem)))
        refuse_rule(rules, RULE_PATTERN, rules->pattern_problem, "", NULL);
}
