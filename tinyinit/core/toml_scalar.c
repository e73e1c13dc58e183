#include "toml_scalar.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "scan.h"

#include "startup_only.h"

/* The character of so many hexadecimal digits, 0 if there is none. */
static uint32_t character(const char *digits, int count)
{
    uint32_t code = 0;
    for (; count > 0; count--, digits++) {
        char letter = (char)(*digits | 0x20);
        bool is_digit = scan_is_digit(*digits);
        if (!is_digit && (letter < 'a' || letter > 'f'))
            return 0;
        code = code << 4 | (unsigned)(is_digit ? *digits - '0' : letter - 'a' + 10);
    }
    return code > 0x10ffff || code >> 11 == 0xd800 >> 11 ? 0 : code;
}

static char *put_utf8(char *to, uint32_t code)
{
    unsigned more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    *to++ = (char)(more ? (0xf00u >> more & 0xf0) | code >> 6 * more : code);
    while (more--)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return to;
}

const char *toml_unescape(char *text, size_t *length)
{
    static const char escapes[] = "b\bt\tn\nf\fr\r\"\"\\\\";
    const char *from = text;
    char *to = text;
    for (char byte; (byte = *from++);) {
        if (byte != '\\') {
            *to++ = byte;
            continue;
        }
        byte = *from++;
        const char *escape = escapes;
        while (*escape && *escape != byte)
            escape += 2;
        if (*escape) {
            *to++ = escape[1];
            continue;
        }
        if ((byte | 0x20) != 'u')
            return "has an unknown escape; a backslash is written \\\\";
        int digits = byte == 'u' ? 4 : 8;
        uint32_t code = character(from, digits);
        if (!code)
            return "has an escape that is no character, or NUL";
        to = put_utf8(to, code);
        from += digits;
    }
    *to = '\0';
    *length = (size_t)(to - text);
    return NULL;
}

const char *toml_word(char *word, struct toml_value *value)
{
    static const char wrong[] =
        "has a value that is no decimal number, true or false; write text in quotes";
    char *to = word;
    for (const char *from = word; *from; from++)
        if (*from != '_' || from == word || !scan_is_digit(from[-1]) || !scan_is_digit(from[1]))
            *to++ = *from;
    *to = '\0';
    value->text = word + (*word == '+');
    value->length = (size_t)(to - value->text);
    value->kind = TOML_BOOLEAN;
    if (!strcmp(word, "true") || !strcmp(word, "false"))
        return NULL;
    value->kind = TOML_INTEGER;
    const char *at = word + (*word == '+' || *word == '-');
    bool has_zero = *at == '0' && scan_is_digit(at[1]), has_exponent = false;
    for (;; at++) {
        if (!scan_is_digit(*at))
            return wrong;
        while (scan_is_digit(*at))
            at++;
        if (!*at)
            return has_zero ? wrong : NULL;
        if (value->kind == TOML_INTEGER && (*at == '-' || *at == ':'))
            return "has a date or time; write it in quotes";
        bool is_exponent = (*at | 0x20) == 'e' && !has_exponent;
        if (!is_exponent && (*at != '.' || value->kind == TOML_FLOAT))
            return wrong;
        has_exponent = is_exponent;
        value->kind = TOML_FLOAT;
        at += is_exponent && (at[1] == '-' || at[1] == '+');
    }
}
