#include "base/utf8.h"

size_t utf8_length(const char *text, const char *end)
{
    /* What a character begins with, up to which first byte, and which its second may be: none is
     * longer than need be, a surrogate, or past the last character. */
    static const struct kind {
        unsigned char last, length, least, most;
    } kinds[] = {
        {0x7f, 1, 0, 0},       {0xc1, 0, 0, 0},       {0xdf, 2, 0x80, 0xbf}, {0xe0, 3, 0xa0, 0xbf},
        {0xec, 3, 0x80, 0xbf}, {0xed, 3, 0x80, 0x9f}, {0xef, 3, 0x80, 0xbf}, {0xf0, 4, 0x90, 0xbf},
        {0xf3, 4, 0x80, 0xbf}, {0xf4, 4, 0x80, 0x8f}, {0xff, 0, 0, 0},
    };
    const unsigned char *s = (const unsigned char *)text;
    const struct kind *kind = kinds;
    if (text >= end)
        return 0;
    while (*s > kind->last)
        kind++;
    size_t length = kind->length;
    if (length > (size_t)(end - text) || (length > 1 && (s[1] < kind->least || s[1] > kind->most)))
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return length;
}
