#include "formats/json.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "formats/scan.h"

#include "base/startup_only.h"

enum { NESTED_MAX = 64 };

static const char *after_space(const char *text)
{
    while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')
        text++;
    return text;
}

const char *after_digits(const char *text)
{
    if (!scan_is_digit(*text))
        return NULL;
    while (scan_is_digit(*text))
        text++;
    return text;
}

const char *after_number(const char *text)
{
    text = *text == '0' ? text + 1 : after_digits(text);
    if (text && *text == '.')
        text = after_digits(text + 1);
    if (text && (*text | 0x20) == 'e') {
        text++;
        text = after_digits(text + (*text == '-' || *text == '+'));
    }
    return text;
}

/* Each function here returns what comes after one part of a text, NULL if the text has no such
 * part.
 */
static const char *after_string(const char *text)
{
    if (*text++ != '"')
        return NULL;
    for (; *text != '"'; text++) {
        if ((unsigned char)*text < 0x20)
            return NULL;
        if (*text != '\\')
            continue;
        if (*++text == 'u') {
            for (int i = 0; i < 4; i++)
                if (!is_hex_digit(*++text))
                    return NULL;
        } else if (!*text_find("\"\\/bfnrt", *text)) {
            return NULL;
        }
    }
    return text + 1;
}

/* Inlined it costs after_value() registers, and with each level of a value stack. */
static const char *after_scalar(const char *text)
{
    if (*text == '"')
        return after_string(text);
    const char *word = scan_prefix(text, "true\0false\0null\0");
    return word ? text + strlen(word) : after_number(text + (*text == '-'));
}

static const char *after_value(const char *text, unsigned depth)
{
    text = after_space(text);
    const char open = *text, close = (char)(open == '[' ? ']' : '}');
    if (open != '[' && open != '{')
        return after_scalar(text);
    if (!depth)
        return NULL;
    text = after_space(text + 1);
    if (*text == close)
        return text + 1;
    do {
        if (open == '{') {
            text = after_string(after_space(text));
            if (!text)
                return NULL;
            text = after_space(text);
            if (*text++ != ':')
                return NULL;
        }
        text = after_value(text, depth - 1);
        if (!text)
            return NULL;
        text = after_space(text);
    } while (*text++ == ',');
    return text[-1] == close ? text : NULL;
}

bool is_json(const char *text)
{
    text = after_value(text, NESTED_MAX);
    return text && !*after_space(text);
}
