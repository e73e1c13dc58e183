#include "contract/key.h"

#include <string.h>

#include "base/value.h"
#include "contract/type.h"
#include "formats/limits.h"
#include "formats/scan.h"

#include "base/startup_only.h"

#define ONE(kind) (1 << TOML_##kind)
#define SCALAR (ONE(STRING) | ONE(INTEGER) | ONE(FLOAT) | ONE(BOOLEAN))

/* What a value of each kind may be, and the items of one. */
static const struct {
    unsigned char value, item;
} allowed[] = {
    [KIND_SCALAR] = {SCALAR, 0},
    [KIND_NUMBER] = {SCALAR & ~ONE(BOOLEAN), 0},
    [KIND_COUNT] = {ONE(INTEGER), 0},
    [KIND_BOOLEAN] = {ONE(BOOLEAN), 0},
    [KIND_ACTION] = {ONE(STRING), 0},
    [KIND_STRING] = {ONE(STRING), 0},
    [KIND_STRINGS] = {ONE(ARRAY), ONE(STRING)},
    [KIND_NAMES] = {ONE(ARRAY), ONE(STRING)},
    [KIND_CHOICES] = {ONE(ARRAY), ONE(STRING) | ONE(INTEGER)},
};

/* In the order of enum kind; choices are told as strings. */
static const char kind_texts[] = "one value\0a number\0a whole number\0true or false\0"
                                 "warn, error or ignore\0a string\0an array of strings\0"
                                 "an array of names";

bool is_name(const char *text)
{
    const char *end = scan_name(text, '_');
    return end > text && end - text <= NAME_LENGTH_MAX && !*end && !scan_is_digit(*text);
}

/* In the order of enum action. */
static const char actions[] = "warn\0error\0ignore\0";

static bool is_of_kind(enum kind kind, const struct toml_value *value)
{
    const struct toml_value *item = value->items;
    if (!(allowed[kind].value >> value->kind & 1) || (kind == KIND_CHOICES && !item))
        return false;
    for (; item; item = item->next)
        if (!(allowed[kind].item >> item->kind & 1) || (kind == KIND_NAMES && !is_name(item->text)))
            return false;
    if (kind == KIND_COUNT)
        return scan_is_digit(*value->text) && type_fits(value->text, TYPE_INT);
    return kind != KIND_ACTION || parse_choice(value->text, actions) >= 0;
}

const char *kind_misfit(enum kind kind, const struct toml_value *value)
{
    if (is_of_kind(kind, value))
        return NULL;
    return choice_text(kind_texts, kind == KIND_CHOICES ? KIND_STRINGS : kind);
}

bool boolean_value(const struct toml_value *value)
{
    return !strcmp(value->text, "true");
}

enum action action_value(const struct toml_value *value)
{
    return (enum action)parse_choice(value->text, actions);
}
