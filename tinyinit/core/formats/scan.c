#include "formats/scan.h"

#include <string.h>

#include "base/arena.h"

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

/* clang-format off: what stands above is of use while main runs. */
#include "base/startup_only.h"
/* clang-format on */

void scan_begin(struct scan *scan, const char *text, size_t length)
{
    scan->end = text + length;
    scan->next = arena_take(length + sizeof "\n");
    if (length >= 3 && scan_word(text, "\xef\xbb\xbf\0"))
        text += 3;
    scan->text = text;
}

static const char *wrong_in(const char *at, const char *end)
{
    for (size_t length; at < end; at += length) {
        length = utf8_length(at, end);
        if (!length)
            return "has a byte that is not UTF-8";
        if (!*at)
            return "has a NUL byte";
        if (*at == 0x7f || ((unsigned char)*at < ' ' && *at != '\t'))
            return "has a control character";
    }
    return NULL;
}

bool scan_next(struct scan *scan)
{
    const char *text = scan->text, *end = scan->end;
    char *line = scan->next, *to = line;
    if (text >= end)
        return false;
    for (; text < end && *text != '\n'; text++)
        *to++ = *text;
    if (text < end && to > line && to[-1] == '\r')
        to--;
    *to = '\n';
    scan->text = text + 1;
    scan->line = line;
    scan->next = to + 1;
    scan->number++;
    scan->wrong = wrong_in(line, to);
    return true;
}

bool scan_is_letter(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
}

char *scan_name(const char *text, char also)
{
    while (scan_is_letter(*text) || scan_is_digit(*text) || *text == also)
        text++;
    return (char *)text;
}

char *scan_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return (char *)text;
}

const char *scan_word(const char *text, const char *words)
{
    for (const char *word = words; *word; word = ++words) {
        bool begins = true;
        for (const char *at = text; *words; words++)
            begins = begins && *words == *at++;
        if (begins)
            return word;
    }
    return NULL;
}
