#include "scan.h"

#include <string.h>

size_t utf8_length(const char *text, const char *end)
{
    const unsigned char *s = (const unsigned char *)text;
    if (text >= end)
        return 0;
    if (*s < 0x80)
        return 1;
    size_t length = *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
    if (length > (size_t)(end - text))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    /* Longer than need be, a surrogate, or past the last character. */
    if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) || (*s == 0xf0 && s[1] < 0x90) ||
        (*s == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

/* clang-format off: what stands above is of use while main runs. */
#include "startup_only.h"
/* clang-format on */

const char *scan_start(const char *text, const char *end)
{
    return end - text >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? text + 3 : text;
}

const char *scan_line(const char *text, const char *end, const char **problem)
{
    const char *wrong = NULL;
    while (text < end && *text != '\n') {
        size_t length = utf8_length(text, end);
        bool is_end = *text == '\r' && text + 1 < end && text[1] == '\n';
        if (!wrong && !length)
            wrong = "has a byte that is not UTF-8";
        if (!wrong && !*text)
            wrong = "has a NUL byte";
        if (!wrong && ((unsigned char)*text < 0x20 || *text == 0x7f) && *text != '\t' && !is_end)
            wrong = "has a control character";
        text += length ? length : 1;
    }
    *problem = wrong;
    return text;
}

bool scan_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool scan_is_letter(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
}
