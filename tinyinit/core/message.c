#include "message.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "value.h"

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x00000008
#endif

enum {
    LINE_SIZE = 4096, /* PIPE_BUF: a line up to this long is written whole or not at all */
    VALUE_LIMIT = 200,
    QUOTED_LIMIT = 60,
    PATIENCE_MS = 1000,
};

struct line {
    char text[LINE_SIZE];
    size_t length;
    bool full;
};

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

void message_set_patient(bool now_patient)
{
    patient = now_patient;
}

/* Room for the end of the line ("}\n") is kept. */
static void put(struct line *line, const char *text, size_t length)
{
    if (line->full || length > LINE_SIZE - 2 - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->text + line->length, text, length);
    line->length += length;
}

static void put_string(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* At least `width` digits, zero filled. */
static void put_number(struct line *line, long long number, size_t width)
{
    char buffer[NUMBER_SIZE];
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    const char *digits = number_text(size, buffer);
    if (number < 0)
        put_string(line, "-");
    for (size_t length = strlen(digits); length < width; length++)
        put_string(line, "0");
    put_string(line, digits);
}

/* Length of the valid UTF-8 sequence that starts here, 0 if there is none. */
static size_t utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80)
        return s[0] != 0;
    size_t length = s[0] >= 0xc2 && s[0] < 0xe0   ? 2
                    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

static void put_control(struct line *line, unsigned char byte, bool json)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "b\bf\fn\nr\rt\t";
    for (size_t i = 0; i + 1 < sizeof named; i += 2)
        if ((unsigned char)named[i + 1] == byte) {
            put(line, (char[]){'\\', named[i]}, 2);
            return;
        }
    put_string(line, !json ? "\\x" : byte < 0x80 ? "\\u00" : "\\\\x");
    put(line, (char[]){hex[byte >> 4], hex[byte & 15]}, 2);
}

/* What others wrote must not break the line, move the cursor or end the JSON string. */
static void put_escaped(struct line *line, const char *text, size_t limit, bool quoted, bool json)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t shown_so_far = 0; *s; shown_so_far++) {
        if (shown_so_far == limit) {
            put_string(line, "…");
            return;
        }
        size_t length = utf8_length(s);
        if (length == 0 || *s < 0x20 || *s == 0x7f) {
            put_control(line, *s, json);
            s++;
            continue;
        }
        if ((quoted || json) && (*s == '"' || *s == '\\'))
            put_string(line, "\\");
        put(line, (const char *)s, length);
        s += length;
    }
}

static void put_value(struct line *line, const struct field *field)
{
    if (field->kind == FIELD_NUMBER) {
        put_number(line, field->number, 1);
    } else if (field->kind == FIELD_QUOTED) {
        put_string(line, "\"");
        put_escaped(line, field->text, QUOTED_LIMIT, true, false);
        put_string(line, "\"");
    } else {
        put_escaped(line, field->text, VALUE_LIMIT, false, false);
    }
}

static void put_template(struct line *line, const char *template, const struct field *fields,
                         size_t count)
{
    while (*template) {
        size_t plain = strcspn(template, "{");
        put(line, template, plain);
        template += plain;
        if (!*template)
            return;
        size_t name = strcspn(template + 1, "}");
        for (size_t i = 0; i < count; i++)
            if (strlen(fields[i].name) == name && !memcmp(fields[i].name, template + 1, name))
                put_value(line, &fields[i]);
        template += name + 2;
    }
}

/* RFC 3339, UTC, milliseconds. Days to a civil date: years begin in March, so that the leap day
 * is the last of its year; 146097 days are 400 years. */
static void put_time(struct line *line)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long long days = now.tv_sec / 86400 + 719468;
    long long second = now.tv_sec % 86400;
    long long era = days / 146097;
    long long day_of_era = days % 146097;
    long long year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long long day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long long month = (5 * day + 2) / 153;
    put_number(line, year_of_era + era * 400 + (month >= 10), 4);
    put_string(line, "-");
    put_number(line, month < 10 ? month + 3 : month - 9, 2);
    put_string(line, "-");
    put_number(line, day - (153 * month + 2) / 5 + 1, 2);
    put_string(line, "T");
    put_number(line, second / 3600, 2);
    put_string(line, ":");
    put_number(line, second / 60 % 60, 2);
    put_string(line, ":");
    put_number(line, second % 60, 2);
    put_string(line, ".");
    put_number(line, now.tv_nsec / 1000000, 3);
    put_string(line, "Z");
}

static void put_json_string(struct line *line, const char *text)
{
    put_string(line, "\"");
    put_escaped(line, text, SIZE_MAX, false, true);
    put_string(line, "\"");
}

/* A member that does not fit is left out whole: the object stays valid. */
static void put_member(struct line *line, const char *name, const struct field *value)
{
    size_t before = line->length;
    put_string(line, ", ");
    put_json_string(line, name);
    put_string(line, ": ");
    if (value->kind == FIELD_NUMBER)
        put_number(line, value->number, 1);
    else
        put_json_string(line, value->text);
    if (line->full) {
        line->length = before;
        line->full = false;
    }
}

static void put_json(struct line *line, enum level level, const char *event, const char *template,
                     const struct field *fields, size_t count)
{
    struct line message = {.length = 0};
    put_template(&message, template, fields, count);
    message.text[message.length] = '\0';
    put_string(line, "{\"time\": \"");
    put_time(line);
    put_string(line, "\"");
    put_member(line, "level",
               &TEXT("", level == LEVEL_ERROR     ? "error"
                         : level == LEVEL_WARNING ? "warning"
                                                  : "info"));
    put_member(line, "event", &TEXT("", event));
    put_member(line, "message", &TEXT("", message.text));
    for (size_t i = 0; i < count; i++)
        if (fields[i].kind != FIELD_WORDS)
            put_member(line, fields[i].name, &fields[i]);
    line->text[line->length++] = '}';
}

/* The order matters: poll() says whether there is room, but main writes to the same pipe and can
 * take it in between, so a pipe is also written without waiting. O_NONBLOCK is no way: it belongs
 * to the open file, which main shares. */
static void write_line(const char *text, size_t length)
{
    struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&log, 1, patient ? PATIENCE_MS : 0) != 1 || !(log.revents & POLLOUT))
        return;
    struct stat kind;
    if (!patient && fstat(STDERR_FILENO, &kind) == 0 && S_ISFIFO(kind.st_mode)) {
        struct iovec part = {.iov_base = (void *)text, .iov_len = length};
        if (syscall(SYS_pwritev2, STDERR_FILENO, &part, 1, -1L, -1L, RWF_NOWAIT) >= 0 ||
            (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM))
            return;
    }
    /* Nobody can be told that the log is gone. The SIGPIPE this may cause is dropped in the loop.
     */
    ssize_t ignored = write(STDERR_FILENO, text, length);
    (void)ignored;
}

void say(enum level level, const char *event, const char *template, const struct field *fields,
         size_t count)
{
    if (level > shown)
        return;
    struct line line;
    line.length = 0;
    line.full = false;
    if (as_json) {
        put_json(&line, level, event, template, fields, count);
    } else {
        put_string(&line, "tinyinit: ");
        put_template(&line, template, fields, count);
    }
    line.text[line.length++] = '\n';
    write_line(line.text, line.length);
}
