#include "formats/toml_scalar.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "formats/json.h"
#include "formats/scan.h"

#include "base/startup_only.h"

/* The character of so many hexadecimal digits, 0 if there is none. */
static uint32_t character(const char *digits, int count)
{
    uint32_t code = 0;
    for (; count > 0; count--, digits++) {
        if (!is_hex_digit(*digits))
            return 0;
        code = code << 4 | ((*digits & 0xfu) + (*digits >= 'A' ? 9 : 0));
    }
    return code > 0x10ffff || code >> 11 == 0xd800 >> 11 ? 0 : code;
}

static char *put_utf8(char *to, uint32_t code)
{
    unsigned more = (code >= 0x80) + (code >= 0x800) + (code >= 0x10000);
    for (unsigned i = more; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    *to = (char)(more ? 0x780u >> more | code : code);
    return to + more + 1;
}

const char *toml_string(char **at, struct toml_value *value)
{
    static const char escapes[] = "btnfr\"\\", escaped[] = "\b\t\n\f\r\"\\";
    char *begin = *at + 1, *end = begin, *to = begin, quote = **at;
    if (*begin == quote && begin[1] == quote)
        return "has a string over several lines; write it on one line, with \\n";
    for (; *end != quote; end++) {
        end += *end == '\\' && quote == '"';
        if (*end == '\n')
            return "has a string that is never closed";
    }
    *at = end + 1;
    for (const char *from = begin; from < end;) {
        char byte = *from++;
        if (byte != '\\' || quote != '"') {
            *to++ = byte;
            continue;
        }
        byte = *from++;
        int digits = byte == 'u' ? 4 : byte == 'U' ? 8 : 0;
        const char *escape = text_find(escapes, byte);
        if (!digits && !*escape)
            return "has an unknown escape; a backslash is written \\\\";
        uint32_t code = digits ? character(from, digits) : (uint32_t)escaped[escape - escapes];
        if (!code)
            return "has an escape for NUL or for what is no character";
        to = put_utf8(to, code);
        from += digits;
    }
    *to = '\0';
    value->kind = TOML_STRING;
    value->text = begin;
    value->length = (size_t)(to - begin);
    return NULL;
}

const char *toml_bare(char *word, struct toml_value *value)
{
    char *to = word + 1;
    for (const char *from = to; *from; from++)
        if (*from != '_' || !scan_is_digit(from[-1]) || !scan_is_digit(from[1]))
            *to++ = *from;
    *to = '\0';
    value->text = word + (*word == '+');
    value->length = (size_t)(to - value->text);
    value->kind = TOML_BOOLEAN;
    if (!strcmp(word, "true") || !strcmp(word, "false"))
        return NULL;
    const char *number = value->text + (*word == '-'), *after = after_digits(number);
    value->kind = TOML_FLOAT;
    if (after && (*after == '-' || *after == ':'))
        return "has a date or time; write it in quotes";
    if (after && !*after)
        value->kind = TOML_INTEGER;
    after = after_number(number);
    if (after && !*after)
        return NULL;
    return "has a value that is not a decimal number, true or false; write text in quotes";
}
