#include "formats/scan.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

#include "base/startup_only.h"

void scan_begin(struct scan *scan, const char *text, size_t length)
{
    scan->end = text + length;
    scan->next = arena_take(length + sizeof "\n");
    if (length >= 3 && scan_prefix(text, "\xef\xbb\xbf\0"))
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

const char *scan_prefix(const char *text, const char *prefixes)
{
    for (const char *prefix = prefixes; *prefix; prefix = ++prefixes) {
        bool begins = true;
        for (const char *at = text; *prefixes; prefixes++)
            begins = begins && *prefixes == *at++;
        if (begins)
            return prefix;
    }
    return NULL;
}
