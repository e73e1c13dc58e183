#include "base/message.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/value.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static enum level shown = LEVEL_WARNING;
static bool as_json;
static unsigned long long
    lost; /* messages that could not be written, and of which it was not told */

void message_set_level(enum level highest)
{
    shown = highest;
}

bool message_shows(enum level level)
{
    return level <= shown;
}

void message_set_json(bool json)
{
    as_json = json;
}

bool message_is_json(void)
{
    return as_json;
}

/* Room for the end of the line ("}\n") is kept. */
void line_put_part(struct line *line, const char *text, size_t length)
{
    if (line->full || length > line->size - 2 - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->text + line->length, text, length);
    line->length += length;
}

void line_put(struct line *line, const char *text)
{
    line_put_part(line, text, strlen(text));
}

/* How a value that others wrote is put, and how many characters of it at most. */
enum style {
    PLAIN = 200,
    QUOTED = 60, /* in double quotes */
    JSON = INT_MAX, /* as a string of JSON */
};

/* What others wrote must not break the line, move the cursor or end the JSON string. */
static void put_escaped(struct line *line, const char *text, enum style style)
{
    static const char special[] = "\"\\\b\f\n\r\t"; /* the first two only inside of quotes */
    static const char escapes[] = /* two for each */ "\\\"\\\\\\b\\f\\n\\r\\t";
    static const char hex[] = "0123456789abcdef";
    const char *quote = style == PLAIN ? "" : "\"";
    line_put(line, quote);
    for (int left = style; *text; left--) {
        if (left == 0) {
            line_put(line, "…");
            break;
        }
        unsigned char byte = (unsigned char)*text;
        /* It stops at the end of the text, whatever is behind that. */
        size_t length = utf8_length(text, text + 4);
        const char *found = text_find(style == PLAIN ? special + 2 : special, *text);
        if (*found) {
            line_put_part(line, escapes + 2 * (found - special), 2);
        } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
            line_put(line, style != JSON ? "\\x" : byte < 0x80 ? "\\u00" : "\\\\x");
            line_put_part(line, (char[]){hex[byte >> 4], hex[byte & 15]}, 2);
        } else {
            line_put_part(line, text, length);
        }
        text += length ? length : 1;
    }
    line_put(line, quote);
}

void line_put_quoted(struct line *line, const char *text)
{
    put_escaped(line, text, QUOTED);
}

void line_put_json(struct line *line, const char *text)
{
    put_escaped(line, text, JSON);
}

/* A member that does not fit is left out whole: the object stays valid. */
static void put_member(struct line *line, const char *name, size_t name_length, const char *value,
                       enum style style)
{
    size_t before = line->length;
    line_put(line, ", \"");
    line_put_part(line, name, name_length);
    line_put(line, "\": ");
    put_escaped(line, value, style);
    if (line->full) {
        line->length = before;
        line->full = false;
    }
}

/* Puts the sentence that a template makes, or its fields as members of a JSON object. */
static void format(struct line *line, const char *template, va_list fields, bool json)
{
    for (;;) {
        const char *field = text_find(template, '{');
        if (!json)
            line_put_part(line, template, (size_t)(field - template));
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
            put_member(line, field, (size_t)(end - field), text, kind == '#' ? PLAIN : JSON);
        else
            put_escaped(line, text, kind == '\'' ? QUOTED : PLAIN);
    }
}

void line_format(struct line *line, const char *template, va_list fields)
{
    format(line, template, fields, false);
}

void line_add(struct line *line, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    line_format(line, template, fields);
    va_end(fields);
}

/* RFC 3339, UTC, milliseconds; no clock is before 1970. Days to a civil date: years begin in March,
 * so that the leap day is the last of its year. A century has 146097 quarters of a day, a year 1461
 * and a month 153 fifths of a day. */
static uint64_t time_digits(void)
{
    int64_t now = clock_ms(CLOCK_REALTIME);
    unsigned quarters = (unsigned)(now / DAY_MS + 719468) * 4 + 3;
    unsigned of_century = quarters % 146097 | 3;
    unsigned fifths = of_century % 1461 / 4 * 5 + 2;
    unsigned year = quarters / 146097 * 100 + of_century / 1461, month = fifths / 153 + 3;
    unsigned date = year * 10000 + month * 100 + fifths % 153 / 5 + 1;
    if (month > 12)
        date += 10000 - 1200;
    /* A minute and an hour are what they are short of a hundred. */
    unsigned time = (unsigned)(now % DAY_MS);
    time += time / 60000 * 40000 + time / 3600000 * 4000000;
    return date * UINT64_C(1000000000) + time;
}

void line_begin_json(struct line *line, enum level level, const char *event, const char *message)
{
    static const char levels[][8] = {"error", "warning", "info"};
    char buffer[NUMBER_SIZE];
    const char *digits = number_text(time_digits(), buffer);
    for (const char *form = "{\"time\": \"0000-00-00T00:00:00.000Z\""; *form; form++)
        line_put_part(line, *form == '0' ? digits++ : form, 1);
    put_member(line, "level", 5, levels[level], JSON);
    put_member(line, "event", 5, event, JSON);
    put_member(line, "message", 7, message, JSON);
}

bool line_write(const struct line *line)
{
    return log_write(line->text, line->length);
}

/* Returns whether the line was written. */
static bool tell(enum level level, const char *event, const char *template, va_list fields)
{
    static const char name[] = "tinyinit: ";
    char text[LINE_SIZE], object[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    va_list again;
    va_copy(again, fields);
    line_put(&line, name);
    format(&line, template, fields, false);
    if (as_json) {
        text[line.length] = '\0';
        line.text = object;
        line.length = 0;
        line.full = false;
        line_begin_json(&line, level, event, text + sizeof name - 1);
        format(&line, template, again, true);
        line.text[line.length++] = '}';
    }
    va_end(again);
    line.text[line.length++] = '\n';
    return line_write(&line);
}

/* What could not be written is told once, by the first line that can. */
static void tell_lost(const char *template, ...)
{
    unsigned long long count = lost;
    va_list fields;
    va_start(fields, template);
    if (tell(LEVEL_WARNING, "messages_lost", template, fields))
        lost -= count;
    va_end(fields);
}

static void catch_up(void)
{
    if (lost)
        tell_lost("{#count} message{-s} before this {-were} lost: the log took no more",
                  NUMBER(lost), lost == 1 ? "" : "s", lost == 1 ? "was" : "were");
}

void message_set_patient(bool patient)
{
    log_set_patient(patient);
    if (patient)
        catch_up();
}

void say(enum level level, const char *event, const char *template, ...)
{
    va_list fields;
    if (level > shown)
        return;
    catch_up();
    va_start(fields, template);
    lost += !tell(level, event, template, fields);
    va_end(fields);
}
