#include "message.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock.h"
#include "descriptors.h"
#include "scan.h"
#include "value.h"

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x00000008
#endif

enum { VALUE_LIMIT = 200, QUOTED_LIMIT = 60, PATIENCE_MS = 1000 };

static enum level shown = LEVEL_WARNING;
static bool as_json;
static bool patient = true;

void message_set_level(enum level highest)
{
    shown = highest;
}

void message_set_json(bool json)
{
    as_json = json;
}

bool message_is_json(void)
{
    return as_json;
}

void message_set_patient(bool now_patient)
{
    patient = now_patient;
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

/* At least `width` digits, zero filled. */
static void put_number(struct line *line, long long number, size_t width)
{
    char buffer[NUMBER_SIZE];
    const char *digits = number_text((uint64_t)number, buffer);
    for (size_t length = strlen(digits); length < width; length++)
        line_put(line, "0");
    line_put(line, digits);
}

static void put_control(struct line *line, unsigned char byte, bool json)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "b\bf\fn\nr\rt\t";
    for (size_t i = 0; i + 1 < sizeof named; i += 2)
        if ((unsigned char)named[i + 1] == byte) {
            line_put_part(line, (char[]){'\\', named[i]}, 2);
            return;
        }
    line_put(line, !json ? "\\x" : byte < 0x80 ? "\\u00" : "\\\\x");
    line_put_part(line, (char[]){hex[byte >> 4], hex[byte & 15]}, 2);
}

/* What others wrote must not break the line, move the cursor or end the JSON string. */
static void put_escaped(struct line *line, const char *text, size_t limit, bool quoted, bool json)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t shown_so_far = 0; *s; shown_so_far++) {
        if (shown_so_far == limit) {
            line_put(line, "…");
            return;
        }
        /* It stops at the end of the text, whatever is behind that. */
        size_t length = utf8_length((const char *)s, (const char *)s + 4);
        if (length == 0 || *s < 0x20 || *s == 0x7f) {
            put_control(line, *s, json);
            s++;
            continue;
        }
        if ((quoted || json) && (*s == '"' || *s == '\\'))
            line_put(line, "\\");
        line_put_part(line, (const char *)s, length);
        s += length;
    }
}

void line_put_quoted(struct line *line, const char *text)
{
    line_put(line, "\"");
    put_escaped(line, text, QUOTED_LIMIT, true, false);
    line_put(line, "\"");
}

/* A field of a template, as its braces say it. */
struct field {
    const char *name;
    size_t length; /* of the name */
    bool is_number, is_quoted;
    bool in_text, in_json;
    const char *text;
    char digits[NUMBER_SIZE + 1];
};

/* Puts what comes before the next field, and takes that. False if there is none. */
static bool next_field(struct line *line, const char **template, va_list *fields,
                       struct field *field)
{
    const char *plain = *template;
    while (**template && **template != '{')
        ++*template;
    if (line)
        line_put_part(line, plain, (size_t)(*template - plain));
    if (!**template)
        return false;
    const char *name = *template + 1;
    field->in_json = *name != '-';
    field->in_text = *name != '+';
    name += !field->in_json || !field->in_text;
    field->is_number = *name == '#';
    field->is_quoted = *name == '\'';
    field->name = name += field->is_number || field->is_quoted;
    while (*name != '}')
        name++;
    field->length = (size_t)(name - field->name);
    *template = name + 1;
    if (!field->is_number) {
        field->text = va_arg(*fields, const char *);
        return true;
    }
    long long number = va_arg(*fields, long long);
    char *digits =
        number_text(number < 0 ? 0 - (uint64_t)number : (uint64_t)number, field->digits + 1);
    if (number < 0)
        *--digits = '-';
    field->text = digits;
    return true;
}

static void format(struct line *line, const char *template, va_list *fields)
{
    struct field field;
    while (next_field(line, &template, fields, &field)) {
        if (!field.in_text)
            continue;
        if (field.is_quoted)
            line_put_quoted(line, field.text);
        else
            put_escaped(line, field.text, VALUE_LIMIT, false, false);
    }
}

void line_format(struct line *line, const char *template, va_list fields)
{
    va_list copy;
    va_copy(copy, fields);
    format(line, template, &copy);
    va_end(copy);
}

void line_add(struct line *line, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    line_format(line, template, fields);
    va_end(fields);
}

/* RFC 3339, UTC, milliseconds; no clock is before 1970. Days to a civil date: years begin in March,
 * so that the leap day is the last of its year; 146097 days are 400 years. */
static void put_time(struct line *line)
{
    struct timespec now;
    clock_read(CLOCK_REALTIME, &now);
    long long days = now.tv_sec / 86400 + 719468;
    long long second = now.tv_sec % 86400;
    long long era = days / 146097;
    long long day_of_era = days % 146097;
    long long year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long long day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long long month = (5 * day + 2) / 153;
    put_number(line, year_of_era + era * 400 + (month >= 10), 4);
    line_put(line, "-");
    put_number(line, month < 10 ? month + 3 : month - 9, 2);
    line_put(line, "-");
    put_number(line, day - (153 * month + 2) / 5 + 1, 2);
    line_put(line, "T");
    put_number(line, second / 3600, 2);
    line_put(line, ":");
    put_number(line, second / 60 % 60, 2);
    line_put(line, ":");
    put_number(line, second % 60, 2);
    line_put(line, ".");
    put_number(line, now.tv_nsec / 1000000, 3);
    line_put(line, "Z");
}

void line_put_json(struct line *line, const char *text)
{
    line_put(line, "\"");
    put_escaped(line, text, SIZE_MAX, false, true);
    line_put(line, "\"");
}

/* A member that does not fit is left out whole: the object stays valid. */
static void put_member(struct line *line, const char *name, size_t name_length, const char *value,
                       bool is_number)
{
    size_t before = line->length;
    line_put(line, ", \"");
    line_put_part(line, name, name_length);
    line_put(line, "\": ");
    if (is_number)
        line_put(line, value);
    else
        line_put_json(line, value);
    if (line->full) {
        line->length = before;
        line->full = false;
    }
}

void line_begin_json(struct line *line, enum level level, const char *event)
{
    static const char levels[][8] = {"error", "warning", "info"};
    line_put(line, "{\"time\": \"");
    put_time(line);
    line_put(line, "\"");
    put_member(line, "level", 5, levels[level], false);
    put_member(line, "event", 5, event, false);
}

static void put_members(struct line *line, const char *template, va_list *fields)
{
    struct field field;
    char text[LINE_SIZE];
    struct line message = {.text = text, .size = sizeof text};
    line_format(&message, template, *fields);
    text[message.length] = '\0';
    put_member(line, "message", 7, text, false);
    while (next_field(NULL, &template, fields, &field))
        if (field.in_json)
            put_member(line, field.name, field.length, field.text, field.is_number);
    line->text[line->length++] = '}';
}

/* The order matters: poll() says whether there is room, but main writes to the same pipe and can
 * take it in between, so a pipe is also written without waiting. O_NONBLOCK is no way: it belongs
 * to the open file, which main shares. */
void line_write(const struct line *line)
{
    struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&log, 1, patient ? PATIENCE_MS : 0) != 1 || !(log.revents & POLLOUT))
        return;
    struct stat kind;
    if (!patient && descriptors_status(STDERR_FILENO, &kind) && S_ISFIFO(kind.st_mode)) {
        struct iovec part = {.iov_base = line->text, .iov_len = line->length};
        if (syscall(SYS_pwritev2, STDERR_FILENO, &part, 1, -1L, -1L, RWF_NOWAIT) >= 0 ||
            (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM))
            return;
    }
    /* Nobody can be told that the log is gone. The SIGPIPE this may cause is dropped in the loop.
     */
    ssize_t ignored = write(STDERR_FILENO, line->text, line->length);
    (void)ignored;
}

void say(enum level level, const char *event, const char *template, ...)
{
    if (level > shown)
        return;
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    va_list fields;
    va_start(fields, template);
    if (as_json) {
        line_begin_json(&line, level, event);
        put_members(&line, template, &fields);
    } else {
        line_put(&line, "tinyinit: ");
        format(&line, template, &fields);
    }
    va_end(fields);
    text[line.length++] = '\n';
    line_write(&line);
}
