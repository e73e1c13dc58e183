#include "base/buffer.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "base/value.h"

/* Room for the end of the line ("}\n") is kept. */
void buffer_put_part(struct buffer *buffer, const char *text, size_t length)
{
    if (buffer->full || length > buffer->size - 2 - buffer->length) {
        buffer->full = true;
        return;
    }
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
}

void buffer_put(struct buffer *buffer, const char *text)
{
    buffer_put_part(buffer, text, strlen(text));
}

/* How a value that others wrote is put, and how many characters of it at most. */
enum style {
    PLAIN = 200,
    QUOTED = 60, /* in double quotes */
    JSON = INT_MAX, /* as a string of JSON */
};

/* What others wrote must not break the line, move the cursor or end the JSON string. */
static void put_escaped(struct buffer *buffer, const char *text, enum style style)
{
    static const char special[] = "\"\\\b\f\n\r\t"; /* the first two only inside of quotes */
    static const char escapes[] = /* two for each */ "\\\"\\\\\\b\\f\\n\\r\\t";
    static const char hex[] = "0123456789abcdef";
    const char *quote = style == PLAIN ? "" : "\"";
    buffer_put(buffer, quote);
    for (int left = style; *text; left--) {
        if (left == 0) {
            buffer_put(buffer, "…");
            break;
        }
        unsigned char byte = (unsigned char)*text;
        /* It stops at the end of the text, whatever comes after that. */
        size_t length = utf8_length(text, text + 4);
        const char *found = text_find(style == PLAIN ? special + 2 : special, *text);
        if (*found) {
            buffer_put_part(buffer, escapes + 2 * (found - special), 2);
        } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
            buffer_put(buffer, style != JSON ? "\\x" : byte < 0x80 ? "\\u00" : "\\\\x");
            buffer_put_part(buffer, (char[]){hex[byte >> 4], hex[byte & 15]}, 2);
        } else {
            buffer_put_part(buffer, text, length);
        }
        text += length ? length : 1;
    }
    buffer_put(buffer, quote);
}

void buffer_put_quoted(struct buffer *buffer, const char *text)
{
    put_escaped(buffer, text, QUOTED);
}

void buffer_put_json(struct buffer *buffer, const char *text)
{
    put_escaped(buffer, text, JSON);
}

/* A member that does not fit is left out whole: the object stays valid. */
static void put_member(struct buffer *buffer, const char *name, size_t name_length,
                       const char *value, enum style style)
{
    size_t before = buffer->length;
    buffer_put(buffer, ", \"");
    buffer_put_part(buffer, name, name_length);
    buffer_put(buffer, "\": ");
    put_escaped(buffer, value, style);
    if (buffer->full) {
        buffer->length = before;
        buffer->full = false;
    }
}

/* Puts the sentence that a template makes, or its fields as members of a JSON object. */
static void format(struct buffer *buffer, const char *template, va_list fields, bool json)
{
    for (;;) {
        const char *field = text_find(template, '{');
        if (!json)
            buffer_put_part(buffer, template, (size_t)(field - template));
        if (!*field)
            return;
        char where = *++field;
        field += where == '-' || where == '+';
        char kind = *field;
        field += kind == '#' || kind == '\'';
        const char *end = text_find(field, '}'), *text;
        template = end + 1;
        char digits[NUMBER_SIZE];
        if (kind == '#')
            text = number_text(va_arg(fields, unsigned long long), digits);
        else
            text = va_arg(fields, const char *);
        if (where == (json ? '-' : '+'))
            continue;
        if (json)
            put_member(buffer, field, (size_t)(end - field), text, kind == '#' ? PLAIN : JSON);
        else
            put_escaped(buffer, text, kind == '\'' ? QUOTED : PLAIN);
    }
}

void buffer_put_member(struct buffer *buffer, const char *name, const char *value)
{
    put_member(buffer, name, strlen(name), value, JSON);
}

void buffer_format(struct buffer *buffer, const char *template, va_list fields)
{
    format(buffer, template, fields, false);
}

void buffer_format_members(struct buffer *buffer, const char *template, va_list fields)
{
    format(buffer, template, fields, true);
}

void buffer_add(struct buffer *buffer, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    buffer_format(buffer, template, fields);
    va_end(fields);
}
