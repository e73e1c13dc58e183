#include "report.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "text.h"

#include "startup_only.h"

static void put_message(struct line *line, const struct report *report)
{
    unsigned count = report->problems->count;
    const char *plural = count == 1 ? "" : "s";
    if (report->of_contract)
        line_add(line, "the contract {} has {#} problem{}", report->file, NUMBER(count), plural);
    else if (count)
        line_add(line, "the environment does not meet {}: {#} problem{}", report->file,
                 NUMBER(count), plural);
    else
        line_add(line, "the environment meets {}", report->file);
}

static const struct problem *next_of(const struct problem *problem, bool warnings)
{
    while (problem && problem->is_warning != warnings)
        problem = problem->next;
    return problem;
}

/* ---- text ---- */

static void put_left(struct line *line, const struct problem *problem)
{
    if (problem->variable)
        line_add(line, "{}", problem->variable);
    else
        line_add(line, problem->line ? "{}:{#}" : "{}", problem->file, NUMBER(problem->line));
}

/* In characters, from `begin` on. */
static size_t width_from(const struct line *line, size_t begin)
{
    size_t width = 0;
    for (; begin < line->length; begin++)
        width += (line->text[begin] & 0xc0) != 0x80;
    return width;
}

static void put_block(struct line *line, const struct problem *first, bool warnings)
{
    size_t widest = 0, begin = line->length;
    const struct problem *problem;
    for (problem = first; problem; problem = next_of(problem->next, warnings)) {
        put_left(line, problem);
        size_t width = width_from(line, begin);
        if (width > widest)
            widest = width;
        line->length = begin;
    }
    for (problem = first; problem; problem = next_of(problem->next, warnings)) {
        line_put(line, "  ");
        begin = line->length;
        put_left(line, problem);
        for (size_t width = width_from(line, begin); width < widest + 2; width++)
            line_put(line, " ");
        line_put(line, problem->text);
        line_put(line, "\n");
    }
}

static void put_text(struct line *line, const struct report *report)
{
    const struct problem *problem = next_of(report->problems->first, false);
    const struct problem *warning = next_of(report->problems->first, true);
    if (problem) {
        line_put(line, "tinyinit: ");
        put_message(line, report);
        line_put(line, "\n");
        put_block(line, problem, false);
    }
    if (warning && !report->quiet) {
        line_put(line, "tinyinit: warning:\n");
        put_block(line, warning, true);
    }
}

/* ---- JSON ---- */

static void put_or_null(struct line *line, const char *text)
{
    if (text)
        line_put_json(line, text);
    else
        line_put(line, "null");
}

static void put_objects(struct line *line, const char *name, const struct report *report,
                        bool warnings)
{
    line_put(line, name);
    const struct problem *problem = next_of(report->problems->first, warnings);
    while (problem) {
        line_put(line, "{\"variable\": ");
        put_or_null(line, problem->variable);
        line_put(line, ", \"source\": ");
        put_or_null(line, problem->file);
        line_add(line, problem->line ? ", \"line\": {#}" : ", \"line\": null",
                 NUMBER(problem->line));
        line_put(line, ", \"problem\": ");
        line_put_json(line, problem->text);
        problem = next_of(problem->next, warnings);
        line_put(line, problem ? "}, " : "}");
    }
    line_put(line, "]");
}

static void put_json(struct line *line, const struct report *report)
{
    char message[LINE_SIZE];
    struct line text = {.text = message, .size = sizeof message};
    put_message(&text, report);
    message[text.length] = '\0';
    line_begin_json(line,
                    report->problems->count   ? LEVEL_ERROR
                    : report->problems->first ? LEVEL_WARNING
                                              : LEVEL_INFO,
                    report->of_contract ? "contract" : "environment", message);
    put_objects(line, ", \"problems\": [", report, false);
    put_objects(line, ", \"warnings\": [", report, true);
    line_put(line, "}\n");
}

/* ---- GitHub ---- */

/* As its workflow commands escape: a property all of it, a message only what begins an escape. */
static void put_escaped(struct line *line, size_t begin, const char *escaped)
{
    const char *text = arena_copy(line->text + begin, line->length - begin);
    line->length = begin;
    for (; *text; text++)
        if (*text_find(escaped, *text))
            line_put(line, *text == '%' ? "%25" : *text == ':' ? "%3A" : "%2C");
        else
            line_put_part(line, text, 1);
}

static void put_github(struct line *line, const struct report *report, bool warnings)
{
    const struct problem *problem = next_of(report->problems->first, warnings);
    for (; problem; problem = next_of(problem->next, warnings)) {
        line_put(line, warnings ? "::warning" : "::error");
        if (problem->file) {
            line_put(line, " file=");
            size_t begin = line->length;
            line_add(line, "{}", problem->file);
            put_escaped(line, begin, "%:,");
        }
        if (problem->line)
            line_add(line, ",line={#}", NUMBER(problem->line));
        line_put(line, "::");
        size_t begin = line->length;
        if (problem->variable)
            line_add(line, "{} ", problem->variable);
        line_put(line, problem->text);
        put_escaped(line, begin, "%");
        line_put(line, "\n");
    }
}

/* ---- all ---- */

/* More than any format makes of it: a byte becomes six at most. */
static size_t room_for(const char *text)
{
    return text ? 6 * strlen(text) : 0;
}

struct line report_format(const struct report *report, enum format format)
{
    enum { AROUND = 128, HEAD = 2 * LINE_SIZE };
    size_t size = HEAD, widest = 0;
    const struct problem *problem;
    for (problem = report->problems->first; problem; problem = problem->next) {
        size_t left = room_for(problem->variable) + room_for(problem->file);
        size += 2 * left + room_for(problem->text) + AROUND;
        widest = left > widest ? left : widest;
    }
    /* Each is padded to the widest, which is cut like all names. */
    for (problem = report->problems->first; problem; problem = problem->next)
        size += widest < HEAD ? widest : HEAD;
    struct line line = {.text = arena_take(size), .size = size};
    if (format == FORMAT_JSON) {
        put_json(&line, report);
    } else if (format == FORMAT_GITHUB) {
        put_github(&line, report, false);
        put_github(&line, report, true);
    } else {
        put_text(&line, report);
    }
    return line;
}
