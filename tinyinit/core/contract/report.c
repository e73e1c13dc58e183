#include "contract/report.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#include "base/startup_only.h"

/* What the line has from `begin` on, which is taken out of it. */
static const char *cut(struct line *line, size_t begin)
{
    const char *text = arena_copy(line->text + begin, line->length - begin);
    line->length = begin;
    return text;
}

static void put_message(struct line *line, const struct report *report)
{
    unsigned count = report->problems->count;
    line_add(line,
             report->of_contract ? "the contract {} has {#} problem{}"
             : count             ? "the environment does not meet {}: {#} problem{}"
                                 : "the environment meets {}",
             report->file, NUMBER(count), count == 1 ? "" : "s");
}

/* ---- text ---- */

/* What a line of the report begins with. Returns its width, in characters. */
static size_t put_left(struct line *line, const struct problem *problem)
{
    size_t width = 0, begin = line->length;
    const char *name = problem->variable ? problem->variable : problem->file;
    line_add(line, !problem->variable && problem->line ? "{}:{#}" : "{}", name,
             NUMBER(problem->line));
    for (; begin < line->length; begin++)
        width += (line->text[begin] & 0xc0) != 0x80;
    return width;
}

static void put_block(struct line *line, const struct problem *first)
{
    size_t widest = 0;
    const struct problem *problem;
    for (problem = first; problem; problem = problem->next) {
        size_t begin = line->length, width = put_left(line, problem);
        if (width > widest)
            widest = width;
        line->length = begin;
    }
    for (problem = first; problem; problem = problem->next) {
        line_put(line, "  ");
        for (size_t width = put_left(line, problem); width < widest + 2; width++)
            line_put(line, " ");
        line_put(line, problem->text);
        line_put(line, "\n");
    }
}

static void put_text(struct line *line, const struct report *report)
{
    const struct problems *problems = report->problems;
    if (problems->first) {
        line_put(line, "tinyinit: ");
        put_message(line, report);
        line_put(line, "\n");
        put_block(line, problems->first);
    }
    if (problems->first_warning && !report->quiet) {
        line_put(line, "tinyinit: warning:\n");
        put_block(line, problems->first_warning);
    }
}

/* ---- JSON ---- */

static void put_text_or_null(struct line *line, const char *name, const char *text)
{
    line_put(line, name);
    if (text)
        line_put_json(line, text);
    else
        line_put(line, "null");
}

static void put_objects(struct line *line, const char *name, const struct problem *problem)
{
    line_put(line, name);
    while (problem) {
        put_text_or_null(line, "{\"variable\": ", problem->variable);
        put_text_or_null(line, ", \"source\": ", problem->file);
        line_add(line, problem->line ? ", \"line\": {#}" : ", \"line\": null",
                 NUMBER(problem->line));
        put_text_or_null(line, ", \"problem\": ", problem->text);
        problem = problem->next;
        line_put(line, problem ? "}, " : "}");
    }
}

static void put_json(struct line *line, const struct report *report)
{
    const struct problems *problems = report->problems;
    put_message(line, report);
    const char *message = cut(line, 0);
    line_begin_json(line,
                    problems->first           ? LEVEL_ERROR
                    : problems->first_warning ? LEVEL_WARNING
                                              : LEVEL_INFO,
                    report->of_contract ? "contract" : "environment", message);
    put_objects(line, ", \"problems\": [", problems->first);
    put_objects(line, "], \"warnings\": [", problems->first_warning);
    line_put(line, "]}\n");
}

/* ---- GitHub ---- */

/* Escapes what the line has from `begin` on as its workflow commands do: a property all of it, a
 * message only what begins an escape. */
static void escape(struct line *line, size_t begin, const char *escaped)
{
    static const char codes[][4] = {"%25", "%3A", "%2C"};
    for (const char *text = cut(line, begin); *text; text++) {
        const char *found = text_find(escaped, *text);
        if (*found)
            line_put(line, codes[found - escaped]);
        else
            line_put_part(line, text, 1);
    }
}

static void put_github(struct line *line, const char *command, const struct problem *problem)
{
    for (; problem; problem = problem->next) {
        line_put(line, command);
        size_t begin = line->length;
        if (problem->file) {
            line_add(line, " file={}", problem->file);
            escape(line, begin, "%:,");
        }
        if (problem->line)
            line_add(line, ",line={#}", NUMBER(problem->line));
        begin = line->length;
        line_add(line, problem->variable ? "::{} " : "::", problem->variable);
        line_put(line, problem->text);
        escape(line, begin, "%");
        line_put(line, "\n");
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

struct line report_format(const struct report *report, enum format format)
{
    enum { HEAD = 2 * LINE_SIZE };
    const struct problems *problems = report->problems;
    size_t size = HEAD + room_for(problems->first) + room_for(problems->first_warning);
    struct line line = {.text = arena_take(size), .size = size};
    if (format == FORMAT_JSON) {
        put_json(&line, report);
    } else if (format == FORMAT_GITHUB) {
        put_github(&line, "::error", problems->first);
        put_github(&line, "::warning", problems->first_warning);
    } else {
        put_text(&line, report);
    }
    return line;
}
