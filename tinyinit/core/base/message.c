#include "base/message.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/value.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
};

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

/* With zeroes before it up to `width` digits. */
static void put_padded(struct buffer *line, uint64_t number, size_t width)
{
    char text[NUMBER_SIZE];
    const char *digits = number_text(number, text);
    for (size_t length = strlen(digits); length < width; length++)
        buffer_put(line, "0");
    buffer_put(line, digits);
}

/* As in RFC 3339, in UTC, with milliseconds; no clock is before 1970. */
static void put_time(struct buffer *line)
{
    uint64_t now = (uint64_t)clock_ms(CLOCK_REALTIME);
    struct date date = date_after(now / DAY_MS);
    unsigned time = (unsigned)(now % DAY_MS);
    put_padded(line, date.year, 4);
    buffer_put(line, "-");
    put_padded(line, date.month, 2);
    buffer_put(line, "-");
    put_padded(line, date.day, 2);
    buffer_put(line, "T");
    put_padded(line, time / HOUR_MS, 2);
    buffer_put(line, ":");
    put_padded(line, time / MINUTE_MS % 60, 2);
    buffer_put(line, ":");
    put_padded(line, time / SECOND_MS % 60, 2);
    buffer_put(line, ".");
    put_padded(line, time % SECOND_MS, 3);
    buffer_put(line, "Z");
}

void message_begin_json(struct buffer *line, enum level level, const char *event,
                        const char *message)
{
    static const char levels[][8] = {"error", "warning", "info"};
    buffer_put(line, "{\"time\": \"");
    put_time(line);
    buffer_put(line, "\"");
    buffer_put_member(line, "level", levels[level]);
    buffer_put_member(line, "event", event);
    buffer_put_member(line, "message", message);
}

bool message_write(const struct buffer *line)
{
    return log_write(line->text, line->length);
}

/* Returns whether the line was written. */
static bool tell(enum level level, const char *event, const char *template, va_list fields)
{
    static const char name[] = "tinyinit: ";
    char text[LINE_SIZE], object[LINE_SIZE];
    struct buffer line = {.text = text, .size = sizeof text};
    va_list again;
    va_copy(again, fields);
    buffer_put(&line, name);
    buffer_format(&line, template, fields);
    if (as_json) {
        text[line.length] = '\0';
        line.text = object;
        line.length = 0;
        line.full = false;
        message_begin_json(&line, level, event, text + sizeof name - 1);
        buffer_format_members(&line, template, again);
        line.text[line.length++] = '}';
    }
    va_end(again);
    line.text[line.length++] = '\n';
    return message_write(&line);
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
