#include "json.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "scan.h"
#include "text.h"

#include "startup_only.h"

enum { DEPTH = 64 };

bool is_hex_digit(char byte)
{
    return scan_is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

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

/* What is behind a part of a text, NULL if there is no such part: of this and all that follow. */
static const char *after_number(const char *text)
{
    text += *text == '-';
    text = *text == '0' ? text + 1 : after_digits(text);
    if (text && *text == '.')
        text = after_digits(text + 1);
    if (text && (*text | 0x20) == 'e') {
        text++;
        text = after_digits(text + (*text == '-' || *text == '+'));
    }
    return text;
}

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
        } else if (!*text || !*text_find("\"\\/bfnrt", *text)) {
            return NULL;
        }
    }
    return text + 1;
}

static const char *after_scalar(const char *text)
{
    static const char words[][6] = {"true", "false", "null"};
    if (*text == '"')
        return after_string(text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strncmp(text, words[i], strlen(words[i])))
            return text + strlen(words[i]);
    return after_number(text);
}

static const char *after_name(const char *text)
{
    text = after_string(text);
    if (!text)
        return NULL;
    text = after_space(text);
    return *text == ':' ? after_space(text + 1) : NULL;
}

bool is_json(const char *text)
{
    uint64_t objects =
        0; /* a bit for each that is open: whether it is an object; the last, lowest */
    unsigned depth = 0;
    bool is_empty = false; /* nothing yet in what is open */
    for (;;) {
        text = after_space(text);
        if (!is_empty || *text != (objects & 1 ? '}' : ']')) {
            if (objects & 1 && !(text = after_name(text)))
                return false;
            is_empty = *text == '[' || *text == '{';
            if (is_empty) {
                if (depth++ == DEPTH)
                    return false;
                objects = objects << 1 | (*text++ == '{');
                continue;
            }
            if (!(text = after_scalar(text)))
                return false;
        }
        is_empty = false;
        for (text = after_space(text); depth && *text == (objects & 1 ? '}' : ']'); depth--) {
            text = after_space(text + 1);
            objects >>= 1;
        }
        if (!depth)
            return !*text;
        if (*text++ != ',')
            return false;
    }
}
