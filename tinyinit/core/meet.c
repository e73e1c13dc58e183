#include "rules.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "descriptors.h"
#include "scan.h"
#include "text.h"
#include "value.h"

#include "startup_only.h"

enum { CHOICES_SHOWN = 10 }; /* so that a complaint fits a line */

struct checked {
    const struct rules *rules;
    const char *value;
    size_t length;
    unsigned item; /* of a list, from 1; 0: the whole */
    bool hidden;
    struct line *complaint;
};

/* Without what is between a name's colon and the last at sign. Not only for valid URLs: a slip in
 * one must not show its password. */
static const char *without_password(const char *value, size_t length)
{
    const char *colon = text_find(value, ':'), *at = text_find_last(value, '@');
    if (!strncmp(colon, "://", 3))
        colon = text_find(colon + 1, ':');
    if (!at || colon > at)
        return value;
    char *shown = arena_take(length + sizeof "…");
    size_t kept = (size_t)(colon + 1 - value);
    memcpy(shown, value, kept);
    strcpy(stpcpy(shown + kept, "…"), at);
    return shown;
}

/* `what` says what the value is not, or begins with a verb: what it does not. */
static void begin(const struct checked *checked, const char *what)
{
    struct line *line = checked->complaint;
    bool is_not = *what == 'n';
    char digits[NUMBER_SIZE];
    if (checked->item) {
        line_put(line, "item ");
        line_put(line, number_text(checked->item, digits));
        line_put(line, " ");
    }
    if (!checked->hidden || is_not)
        line_put(line, "is ");
    if (!checked->hidden) {
        line_put_quoted(line, without_password(checked->value, checked->length));
        line_put(line, is_not ? ", " : ", which ");
    }
    line_put(line, what);
}

static bool end(const struct checked *checked)
{
    if (checked->hidden)
        line_put(checked->complaint, " (value hidden)");
    return false;
}

static bool complain(const struct checked *checked, const char *what, const char *detail)
{
    begin(checked, what);
    line_put(checked->complaint, detail);
    return end(checked);
}

static bool meets_bounds(const struct checked *checked, enum rule least, enum type type,
                         const char *value)
{
    const struct toml_value *const *bounds = checked->rules->given + least;
    const struct toml_value *min = bounds[0], *max = bounds[1];
    if ((!min || type_compare(type, value, min->text) >= 0) &&
        (!max || type_compare(type, value, max->text) <= 0))
        return true;
    begin(checked, min ? "not " : "not at most ");
    if (min)
        line_put(checked->complaint, min->text);
    if (max) {
        if (min)
            line_put(checked->complaint, " to ");
        line_put(checked->complaint, max->text);
    } else {
        line_put(checked->complaint, " or more");
    }
    if (least == RULE_MIN_LENGTH)
        line_put(checked->complaint, checked->rules->type ? " items" : " characters");
    return end(checked);
}

static bool meets_count(const struct checked *checked, size_t count)
{
    char digits[NUMBER_SIZE];
    return meets_bounds(checked, RULE_MIN_LENGTH, TYPE_INT, number_text(count, digits));
}

/* Schemes are compared in any case. */
static bool is_choice(const struct checked *checked, enum rule rule, const char *choice)
{
    if (rule == RULE_CHOICES)
        return type_compare(checked->rules->type, checked->value, choice) == 0;
    const char *value = checked->value;
    for (; *choice; choice++, value++)
        if ((*value | 0x20) != (*choice | 0x20))
            return false;
    return *value == ':';
}

static bool meets_choices(const struct checked *checked, enum rule rule)
{
    const struct toml_value *given = checked->rules->given[rule], *choice;
    if (!given)
        return true;
    for (choice = given->items; choice; choice = choice->next)
        if (is_choice(checked, rule, choice->text))
            return true;
    /* The choices of a secret are secrets. */
    if (rule == RULE_CHOICES && checked->hidden)
        return complain(checked, "not one of its choices", "");
    begin(checked, rule == RULE_CHOICES ? "not one of " : "not a URL of scheme ");
    unsigned shown = 0;
    for (choice = given->items; choice; choice = choice->next) {
        if (shown)
            line_put(checked->complaint, ", ");
        if (shown++ == CHOICES_SHOWN) {
            line_put(checked->complaint, "…");
            break;
        }
        line_put_quoted(checked->complaint, choice->text);
    }
    return end(checked);
}

static bool meets_must(const struct checked *checked)
{
    enum must must = checked->rules->must;
    if (!must)
        return true;
    unsigned mode = descriptors_mode(checked->value);
    if (!mode)
        return complain(checked, "does not exist", "");
    if (must == MUST_BE_FILE && !S_ISREG(mode))
        return complain(checked, "not a file", "");
    if (must == MUST_BE_DIR && !S_ISDIR(mode))
        return complain(checked, "not a directory", "");
    if (must == MUST_BE_WRITABLE && access(checked->value, W_OK) != 0)
        return complain(checked, "not writable", "");
    return true;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The items are cut out of a copy: each reader wants an end. */
static bool meets_list(struct checked *checked)
{
    const struct rules *rules = checked->rules;
    const char *separator = rules->separator ? rules->separator : ",";
    size_t separator_length = strlen(separator);
    const struct checked whole = *checked;
    char *text = arena_copy(whole.value, whole.length), *end_of_item;
    for (bool more = true; more; text = end_of_item) {
        char *stop = text;
        while (*stop && strncmp(stop, separator, separator_length) != 0)
            stop++;
        more = *stop;
        end_of_item = stop + (more ? separator_length : 0);
        while (is_space(*text) && text < stop)
            text++;
        while (stop > text && is_space(stop[-1]))
            stop--;
        *stop = '\0';
        if (!more && stop == text)
            break;
        checked->value = text;
        checked->length = (size_t)(stop - text);
        checked->item++;
        if (!type_fits(text, rules->items))
            return complain(checked, "not ", type_expects(rules->items));
    }
    size_t count = checked->item;
    *checked = whole;
    return meets_count(checked, count);
}

/* A text that nothing is said of need not be UTF-8. */
static bool is_free(const struct rules *rules)
{
    for (unsigned rule = 0; rule < RULE_TYPE; rule++)
        if (rules->given[rule])
            return false;
    return rules->type == TYPE_STRING || rules->type == TYPE_PATH;
}

bool rules_meet(const struct rules *rules, const char *value, size_t length, bool hidden,
                struct line *complaint)
{
    struct checked checked = {
        .rules = rules, .value = value, .length = length, .hidden = hidden, .complaint = complaint};
    size_t characters = 0;
    for (const char *byte = value, *stop = value + length; byte < stop; characters++) {
        size_t bytes = utf8_length(byte, stop);
        if (!bytes)
            return is_free(rules) || complain(&checked, "not UTF-8", "");
        byte += bytes;
    }
    if (!type_fits(value, rules->type))
        return complain(&checked, "not ", type_expects(rules->type));
    if (rules->type == TYPE_LIST)
        return meets_list(&checked);
    if (rules->pattern && !pattern_matches(rules->pattern, value))
        return complain(&checked, "does not match its pattern", "");
    return meets_choices(&checked, RULE_CHOICES) && meets_choices(&checked, RULE_SCHEMES) &&
           meets_bounds(&checked, RULE_MIN, rules->type, value) &&
           meets_count(&checked, characters) && meets_must(&checked);
}

void rules_check_default(const struct rules *rules, const struct toml_value *value, bool hidden,
                         struct problems *problems)
{
    char text[LINE_SIZE];
    struct line complaint = {.text = text, .size = sizeof text - 1};
    struct rules elsewhere = *rules;
    elsewhere.must = MUST_NOTHING;
    if (rules->type == TYPE_COUNT ||
        rules_meet(&elsewhere, value->text, value->length, hidden, &complaint))
        return;
    text[complaint.length] = '\0';
    problem_at(problems, value->line, "[var.{}] default {}", rules->name, text);
}

bool name_is_secret(const char *name)
{
    static const char words[][11] = {"SECRET",     "TOKEN",   "PASSWORD", "PASSWD",
                                     "CREDENTIAL", "PRIVATE", "KEY",      "DSN"};
    enum { ANYWHERE = 6 }; /* the others only as the last word */
    for (const char *start = name; *start; start++)
        for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
            size_t length = 0;
            while (words[i][length] && (start[length] & ~0x20) == words[i][length])
                length++;
            if (!words[i][length] &&
                (i < ANYWHERE || (!start[length] && (start == name || start[-1] == '_'))))
                return true;
        }
    return false;
}
