#include "contract/rules.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/descriptors.h"
#include "base/message.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/value.h"
#include "contract/hidden.h"

#include "base/startup_only.h"

enum { CHOICES_SHOWN = 10 }; /* so that a complaint fits a line */
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

/* ---- what a contract says ---- */

static bool is_scheme(const char *text)
{
    text = type_after_scheme(text);
    return text && !*text;
}

/* Tells what is wrong with a key, "[var.NAME] KEY " and the template, and leaves the key out. */
static void refuse_rule(struct rules *rules, enum rule rule, const char *template, ...)
{
    char text[LINE_SIZE];
    struct buffer buffer = {.text = text, .size = sizeof text};
    va_list fields;
    buffer_add(&buffer, "[var.{}] {} ", rules->name, choice_text(rule_names, rule));
    va_start(fields, template);
    buffer_format(&buffer, template, fields);
    va_end(fields);
    struct problem *added = problem_add(rules->problems, false, &buffer);
    added->file = rules->problems->file;
    added->line = rules->line;
    rules->given[rule] = NULL;
}

static enum must must_of(const char *text)
{
    if (!strcmp(text, "exists"))
        return MUST_EXIST;
    if (!strcmp(text, "file"))
        return MUST_BE_FILE;
    if (!strcmp(text, "dir"))
        return MUST_BE_DIR;
    return !strcmp(text, "writable") ? MUST_BE_WRITABLE : MUST_NOTHING;
}

bool rules_set(struct rules *rules, const char *key, const struct toml_value *value,
               struct problems *problems)
{
    int which = parse_choice(key, rule_names);
    if (which < 0)
        return false;
    enum rule rule = (enum rule)which;
    rules->problems = problems;
    rules->line = value->line;
    const char *expected = kind_misfit(kinds[rule], value);
    if (expected) {
        refuse_rule(rules, rule, "must be {}", expected);
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
        rules->must = must_of(text);
        if (!rules->must)
            expected = "exists, file, dir or writable";
    }
    rules->given[rule] = is_default ? NULL : value;
    if (expected)
        refuse_rule(rules, rule, "is {'}, not {}", text, expected);
    return true;
}

static void check_schemes(struct rules *rules)
{
    const struct toml_value *given = rules->given[RULE_SCHEMES];
    for (const struct toml_value *item = given ? given->items : NULL; item; item = item->next)
        if (!is_scheme(item->text))
            refuse_rule(rules, RULE_SCHEMES, "has {'}, not a scheme", item->text);
}

static void check_choices(struct rules *rules)
{
    const struct toml_value *given = rules->given[RULE_CHOICES];
    for (const struct toml_value *item = given ? given->items : NULL; item; item = item->next)
        if (!type_fits(item->text, rules->type))
            refuse_rule(rules, RULE_CHOICES, "has {'}, not {}", item->text,
                        type_expects(rules->type));
}

static void check_bound(struct rules *rules, enum rule rule, enum type type)
{
    const struct toml_value *given = rules->given[rule];
    if (given && (!type_fits(given->text, type) || given->length > TEXT_MAX))
        refuse_rule(rules, rule, "is {'}, not {}", given->text, type_expects(type));
}

static void check_bounds(struct rules *rules, enum rule least, enum rule most, enum type type)
{
    check_bound(rules, least, type);
    check_bound(rules, most, type);
    const struct toml_value *min = rules->given[least], *max = rules->given[most];
    if (min && max && type_compare(type, min->text, max->text) > 0)
        refuse_rule(rules, least, "is greater than {}", choice_text(rule_names, most));
}

void rules_finish(struct rules *rules, unsigned buffer, struct problems *problems)
{
    enum type type = rules->type;
    const struct toml_value *pattern;
    rules->problems = problems;
    rules->line = buffer;
    if (type == TYPE_COUNT)
        return;
    for (unsigned rule = 0; rule < RULE_TYPE; rule++)
        if (rules->given[rule] && !(types[rule] >> type & 1))
            refuse_rule(rules, rule, "is not for type {}", type_name(type));
    check_bounds(rules, RULE_MIN, RULE_MAX, type);
    check_bounds(rules, RULE_MIN_LENGTH, RULE_MAX_LENGTH, TYPE_INT);
    check_choices(rules);
    check_schemes(rules);
    pattern = rules->given[RULE_PATTERN];
    if (pattern && !(rules->pattern =
                         pattern_compile(pattern->text, pattern->length, &rules->pattern_problem)))
        refuse_rule(rules, RULE_PATTERN, "{}", rules->pattern_problem);
}

/* ---- whether a value meets it ---- */

struct checked {
    const struct rules *rules;
    const char *value;
    unsigned item; /* of a list, from 1; 0: the whole */
    bool hidden;
    struct buffer *complaint;
};

/* Begins with `item 3 is "80a", `; for a hidden value with "item 3 " alone. */
static void begin_complaint(const struct checked *checked)
{
    if (checked->item)
        buffer_add(checked->complaint, "item {#} ", NUMBER(checked->item));
    if (!checked->hidden)
        buffer_add(checked->complaint, "is {'}, ", without_password(checked->value));
}

/* The template says what the value is not: "a port". */
static bool complain(const struct checked *checked, const char *template, ...)
{
    va_list fields;
    begin_complaint(checked);
    buffer_put(checked->complaint, checked->hidden ? "is not " : "not ");
    va_start(fields, template);
    buffer_format(checked->complaint, template, fields);
    va_end(fields);
    return false;
}

/* `verb` says what the value does not do: "does not exist". */
static bool complain_which(const struct checked *checked, const char *verb)
{
    begin_complaint(checked);
    if (!checked->hidden)
        buffer_put(checked->complaint, "which ");
    buffer_put(checked->complaint, verb);
    return false;
}

static bool meets_type(const struct checked *checked, enum type type)
{
    return type_fits(checked->value, type) || complain(checked, "{}", type_expects(type));
}

/* `value` is of the type, or the count of what the value has, in `units`. */
static bool meets_bounds(const struct checked *checked, enum type type, const char *value,
                         const struct toml_value *min, const struct toml_value *max,
                         const char *units)
{
    if ((!min || type_compare(type, value, min->text) >= 0) &&
        (!max || type_compare(type, value, max->text) <= 0))
        return true;
    if (!min)
        return complain(checked, "at most {}{}", max->text, units);
    if (!max)
        return complain(checked, "{} or more{}", min->text, units);
    return complain(checked, "{} to {}{}", min->text, max->text, units);
}

static bool meets_value_bounds(const struct checked *checked)
{
    const struct rules *rules = checked->rules;
    return meets_bounds(checked, rules->type, checked->value, rules->given[RULE_MIN],
                        rules->given[RULE_MAX], "");
}

static bool meets_length_bounds(const struct checked *checked, size_t count)
{
    const struct rules *rules = checked->rules;
    char digits[NUMBER_SIZE];
    return meets_bounds(checked, TYPE_INT, number_text(count, digits),
                        rules->given[RULE_MIN_LENGTH], rules->given[RULE_MAX_LENGTH],
                        rules->type == TYPE_LIST ? " items" : " characters");
}

/* Schemes are compared in any case. */
static bool is_choice(const struct checked *checked, const char *choice)
{
    const char *value = checked->value;
    if (checked->rules->type != TYPE_URL)
        return type_compare(checked->rules->type, value, choice) == 0;
    for (; *choice; choice++, value++)
        if ((*value | 0x20) != (*choice | 0x20))
            return false;
    return *value == ':';
}

/* Of its choices, or its schemes: no type may have both. */
static bool meets_choices(const struct checked *checked)
{
    bool is_url = checked->rules->type == TYPE_URL;
    const struct toml_value *given = checked->rules->given[is_url ? RULE_SCHEMES : RULE_CHOICES];
    if (!given)
        return true;
    for (const struct toml_value *choice = given->items; choice; choice = choice->next)
        if (is_choice(checked, choice->text))
            return true;
    /* The choices of a secret are secrets. */
    if (checked->hidden && !is_url)
        return complain(checked, "one of its choices");
    const char *before = is_url ? "a URL of scheme " : "one of ";
    unsigned shown = 0;
    complain(checked, "");
    for (const struct toml_value *choice = given->items; choice; choice = choice->next) {
        buffer_put(checked->complaint, before);
        before = ", ";
        if (shown++ == CHOICES_SHOWN) {
            buffer_put(checked->complaint, "…");
            break;
        }
        buffer_put_quoted(checked->complaint, choice->text);
    }
    return false;
}

static bool meets_must(const struct checked *checked)
{
    enum must must = checked->rules->must;
    if (must == MUST_NOTHING)
        return true;
    unsigned mode = descriptors_mode(checked->value);
    if (!mode)
        return complain_which(checked, "does not exist");
    if (must == MUST_BE_FILE)
        return S_ISREG(mode) || complain(checked, "a file");
    if (must == MUST_BE_DIR)
        return S_ISDIR(mode) || complain(checked, "a directory");
    return must == MUST_EXIST || access(checked->value, W_OK) == 0 || complain(checked, "writable");
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The items are cut out of a copy: each reader wants an end. */
static bool meets_list(struct checked *checked, size_t length)
{
    const struct rules *rules = checked->rules;
    const char *separator = rules->separator ? rules->separator : ",";
    char *text = arena_copy(checked->value, length), *next;
    for (; text; text = next) {
        char *stop = text;
        while (*stop && strncmp(stop, separator, strlen(separator)) != 0)
            stop++;
        next = *stop ? stop + strlen(separator) : NULL;
        *stop = '\0';
        while (is_space(*text))
            text++;
        while (stop > text && is_space(stop[-1]))
            *--stop = '\0';
        if (!next && !*text)
            break;
        checked->value = text;
        checked->item++;
        if (!meets_type(checked, rules->items))
            return false;
    }
    return true;
}

/* A text that nothing is said of need not be UTF-8. */
static bool is_free(const struct rules *rules)
{
    for (unsigned rule = 0; rule < RULE_TYPE; rule++)
        if (rules->given[rule])
            return false;
    return rules->type == TYPE_STRING || rules->type == TYPE_PATH;
}

static bool meets(struct checked *checked, size_t length)
{
    const struct rules *rules = checked->rules;
    const char *value = checked->value;
    size_t count = 0; /* of characters, or items */
    for (const char *byte = value, *stop = value + length; byte < stop; count++) {
        size_t bytes = utf8_length(byte, stop);
        if (!bytes)
            return is_free(rules) || complain(checked, "UTF-8");
        byte += bytes;
    }
    if (!meets_type(checked, rules->type))
        return false;
    if (rules->type == TYPE_LIST) {
        if (!meets_list(checked, length))
            return false;
        count = checked->item;
        checked->item = 0;
        checked->value = value;
    }
    if (rules->pattern && !pattern_matches(rules->pattern, value))
        return complain_which(checked, "does not match its pattern");
    return meets_choices(checked) && meets_value_bounds(checked) &&
           meets_length_bounds(checked, count) && meets_must(checked);
}

bool rules_meet(const struct rules *rules, const char *value, size_t length, bool hidden,
                struct buffer *complaint)
{
    struct checked checked = {
        .rules = rules, .value = value, .hidden = hidden, .complaint = complaint};
    bool does = meets(&checked, length);
    if (!does && hidden)
        buffer_put(complaint, " (value hidden)");
    return does;
}

void rules_check_default(const struct rules *rules, const struct toml_value *value, bool hidden,
                         struct problems *problems)
{
    char text[LINE_SIZE];
    struct buffer complaint = {.text = text, .size = sizeof text - 1};
    struct rules elsewhere = *rules;
    elsewhere.must = MUST_NOTHING;
    if (rules->type == TYPE_COUNT ||
        rules_meet(&elsewhere, value->text, value->length, hidden, &complaint))
        return;
    text[complaint.length] = '\0';
    problem_at(problems, value->line, "[var.{}] default {}", rules->name, text);
}
