#include "contract/report.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#include "base/startup_only.h"

/* What the line has from `begin` on, which is taken out of it. */
static const char *cut(struct buffer *buffer, size_t begin)
{
    const char *text = arena_copy(buffer->text + begin, buffer->length - begin);
    buffer->length = begin;
    return text;
}

static void put_message(struct buffer *buffer, const struct report *report)
{
    unsigned count = report->problems->count;
    const char *s = count == 1 ? "" : "s";
    if (report->of_contract)
        buffer_add(buffer, "the contract {} has {#} problem{}", report->file, NUMBER(count), s);
    else if (count)
        buffer_add(buffer, "the environment does not meet {}: {#} problem{}", report->file,
                   NUMBER(count), s);
    else
        buffer_add(buffer, "the environment meets {}", report->file);
}

/* ---- text ---- */

/* What a line of the report begins with. Returns its width, in characters. */
static size_t put_left(struct buffer *buffer, const struct problem *problem)
{
    size_t width = 0, begin = buffer->length;
    if (problem->variable)
        buffer_add(buffer, "{}", problem->variable);
    else if (problem->line)
        buffer_add(buffer, "{}:{#}", problem->file, NUMBER(problem->line));
    else
        buffer_add(buffer, "{}", problem->file);
    for (; begin < buffer->length; begin++)
        width += (buffer->text[begin] & 0xc0) != 0x80;
    return width;
}

static void put_block(struct buffer *buffer, const struct problem *first)
{
    size_t widest = 0;
    const struct problem *problem;
    for (problem = first; problem; problem = problem->next) {
        size_t begin = buffer->length, width = put_left(buffer, problem);
        if (width > widest)
            widest = width;
        buffer->length = begin;
    }
    for (problem = first; problem; problem = problem->next) {
        buffer_put(buffer, "  ");
        for (size_t width = put_left(buffer, problem); width < widest + 2; width++)
            buffer_put(buffer, " ");
        buffer_put(buffer, problem->text);
        buffer_put(buffer, "\n");
    }
}

static void put_text(struct buffer *buffer, const struct report *report)
{
    const struct problems *problems = report->problems;
    if (problems->first) {
        buffer_put(buffer, "tinyinit: ");
        put_message(buffer, report);
        buffer_put(buffer, "\n");
        put_block(buffer, problems->first);
    }
    if (problems->first_warning && !report->quiet) {
        buffer_put(buffer, "tinyinit: warning:\n");
        put_block(buffer, problems->first_warning);
    }
}

/* ---- JSON ---- */

static void put_text_or_null(struct buffer *buffer, const char *name, const char *text)
{
    buffer_put(buffer, name);
    if (text)
        buffer_put_json(buffer, text);
    else
        buffer_put(buffer, "null");
}

static void put_objects(struct buffer *buffer, const char *name, const struct problem *problem)
{
    buffer_put(buffer, name);
    while (problem) {
        put_text_or_null(buffer, "{\"variable\": ", problem->variable);
        put_text_or_null(buffer, ", \"source\": ", problem->file);
        if (problem->line)
            buffer_add(buffer, ", \"line\": {#}", NUMBER(problem->line));
        else
            buffer_put(buffer, ", \"line\": null");
        put_text_or_null(buffer, ", \"problem\": ", problem->text);
        problem = problem->next;
        buffer_put(buffer, problem ? "}, " : "}");
    }
}

static void put_json(struct buffer *buffer, const struct report *report)
{
    const struct problems *problems = report->problems;
    put_message(buffer, report);
    const char *message = cut(buffer, 0);
    message_begin_json(buffer,
                       problems->first           ? LEVEL_ERROR
                       : problems->first_warning ? LEVEL_WARNING
                                                 : LEVEL_INFO,
                       report->of_contract ? "contract" : "environment", message);
    put_objects(buffer, ", \"problems\": [", problems->first);
    put_objects(buffer, "], \"warnings\": [", problems->first_warning);
    buffer_put(buffer, "]}\n");
}

/* ---- GitHub ---- */

/* Escapes what the line has from `begin` on as its workflow commands do: a property all of it, a
 * message only what begins an escape. */
static void escape(struct buffer *buffer, size_t begin, const char *escaped)
{
    static const char codes[][4] = {"%25", "%3A", "%2C"};
    for (const char *text = cut(buffer, begin); *text; text++) {
        const char *found = text_find(escaped, *text);
        if (*found)
            buffer_put(buffer, codes[found - escaped]);
        else
            buffer_put_part(buffer, text, 1);
    }
}

static void put_github(struct buffer *buffer, const char *command, const struct problem *problem)
{
    for (; problem; problem = problem->next) {
        buffer_put(buffer, command);
        size_t begin = buffer->length;
        if (problem->file) {
            buffer_add(buffer, " file={}", problem->file);
            escape(buffer, begin, "%:,");
        }
        if (problem->line)
            buffer_add(buffer, ",line={#}", NUMBER(problem->line));
        begin = buffer->length;
        if (problem->variable)
            buffer_add(buffer, "::{} ", problem->variable);
        else
            buffer_put(buffer, "::");
        buffer_put(buffer, problem->text);
        escape(buffer, begin, "%");
        buffer_put(buffer, "\n");
    }
}

/* ---- all ---- */

/* The room that a list takes in any format: a byte becomes six at most. In text each is padded to
 * the widest, which is cut like all names, to less than the longest here. */
static size_t room_for(const struct problem *problem)
{
    enum { AROUND = 128, ESCAPED = 6, LONGEST = 256 };
    size_t length = 0, widest = 0, count = 0;
    for (; problem; problem = problem->next, count++) {
        size_t left = 0;
        if (problem->variable)
            left += strlen(problem->variable);
        if (problem->file)
            left += strlen(problem->file);
        length += left + strlen(problem->text);
        widest = left > widest ? left : widest;
    }
    return length * ESCAPED + count * (AROUND + (widest < LONGEST ? widest : LONGEST) * ESCAPED);
}

struct buffer report_format(const struct report *report, enum format format)
{
    enum { HEAD = 2 * LINE_SIZE };
    const struct problems *problems = report->problems;
    size_t size = HEAD + room_for(problems->first) + room_for(problems->first_warning);
    struct buffer buffer = {.text = arena_take(size), .size = size};
    if (format == FORMAT_JSON) {
        put_json(&buffer, report);
    } else if (format == FORMAT_GITHUB) {
        put_github(&buffer, "::error", problems->first);
        put_github(&buffer, "::warning", problems->first_warning);
    } else {
        put_text(&buffer, report);
    }
    return buffer;
}
