#include "contract/rules.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/descriptors.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/value.h"

#include "base/startup_only.h"

enum { CHOICES_SHOWN = 10 }; /* so that a complaint fits a line */

struct checked {
    const struct rules *rules;
    const char *value;
    unsigned item; /* of a list, from 1; 0: the whole */
    bool hidden;
    struct line *complaint;
};

/* Without what is between a name's colon and the last at sign. Not only for valid URLs: a slip in
 * one must not show its password. */
static const char *without_password(const char *value)
{
    const char *colon = text_find(value, ':'), *at = text_find_last(value, '@');
    if (!strncmp(colon, "://", 3))
        colon = text_find(colon + 1, ':');
    if (!at || colon > at)
        return value;
    size_t kept = (size_t)(colon + 1 - value);
    char *shown = arena_take(kept + strlen(at) + sizeof "…");
    memcpy(shown, value, kept);
    strcpy(stpcpy(shown + kept, "…"), at);
    return shown;
}

/* `what` says what the value is not, or begins with a verb: what it does not. It is a template,
 * whose fields are `first` and `second`, or has none. */
static bool complain(const struct checked *checked, const char *what, const char *first,
                     const char *second)
{
    struct line *line = checked->complaint;
    bool is_not = *what == 'n';
    if (checked->item)
        line_add(line, "item {#} ", NUMBER(checked->item));
    if (!checked->hidden)
        line_add(line, is_not ? "is {'}, " : "is {'}, which ", without_password(checked->value));
    else if (is_not)
        line_put(line, "is ");
    line_add(line, what, first, second);
    return false;
}

static bool meets_type(const struct checked *checked, enum type type)
{
    return type_fits(checked->value, type) || complain(checked, "not {}", type_expects(type), NULL);
}

static bool meets_bounds(const struct checked *checked, enum rule least, const char *value)
{
    enum type type = least == RULE_MIN ? checked->rules->type : TYPE_INT;
    const struct toml_value *min = checked->rules->given[least];
    const struct toml_value *max = checked->rules->given[least + 1];
    if ((!min || type_compare(type, value, min->text) >= 0) &&
        (!max || type_compare(type, value, max->text) <= 0))
        return true;
    const char *what = !min ? "not at most {}" : max ? "not {} to {}" : "not {} or more";
    complain(checked, what, (min ? min : max)->text, max ? max->text : NULL);
    if (least == RULE_MIN_LENGTH)
        line_put(checked->complaint, checked->rules->type ? " items" : " characters");
    return false;
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
        return complain(checked, "not one of its choices", NULL, NULL);
    const char *before = is_url ? "a URL of scheme " : "one of ";
    unsigned shown = 0;
    complain(checked, "not ", NULL, NULL);
    for (const struct toml_value *choice = given->items; choice; choice = choice->next) {
        line_put(checked->complaint, before);
        before = ", ";
        if (shown++ == CHOICES_SHOWN) {
            line_put(checked->complaint, "…");
            break;
        }
        line_put_quoted(checked->complaint, choice->text);
    }
    return false;
}

static bool meets_must(const struct checked *checked)
{
    /* In the order of enum must. */
    static const char mistakes[] = "\0does not exist\0not a file\0not a directory\0not writable";
    enum must must = checked->rules->must;
    if (!must)
        return true;
    unsigned mode = descriptors_mode(checked->value);
    if (!mode)
        must = MUST_EXIST;
    else if (must == MUST_EXIST || (must == MUST_BE_FILE && S_ISREG(mode)) ||
             (must == MUST_BE_DIR && S_ISDIR(mode)) ||
             (must == MUST_BE_WRITABLE && access(checked->value, W_OK) == 0))
        return true;
    return complain(checked, word_of(mistakes, must), NULL, NULL);
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
    char digits[NUMBER_SIZE];
    size_t count = 0; /* of characters, or items */
    for (const char *byte = value, *stop = value + length; byte < stop; count++) {
        size_t bytes = utf8_length(byte, stop);
        if (!bytes)
            return is_free(rules) || complain(checked, "not UTF-8", NULL, NULL);
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
        return complain(checked, "does not match its pattern", NULL, NULL);
    return meets_choices(checked) && meets_bounds(checked, RULE_MIN, value) &&
           meets_bounds(checked, RULE_MIN_LENGTH, number_text(count, digits)) &&
           meets_must(checked);
}

bool rules_meet(const struct rules *rules, const char *value, size_t length, bool hidden,
                struct line *complaint)
{
    struct checked checked = {
        .rules = rules, .value = value, .hidden = hidden, .complaint = complaint};
    bool does = meets(&checked, length);
    if (!does && hidden)
        line_put(complaint, " (value hidden)");
    return does;
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
