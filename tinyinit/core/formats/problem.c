#include "formats/problem.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/message.h"

#include "base/startup_only.h"

struct problem *problem_add(struct problems *problems, bool is_warning, const struct line *line)
{
    struct problem *added = arena_take(sizeof *added);
    added->text = arena_copy(line->text, line->length);
    struct problem **first = is_warning ? &problems->first_warning : &problems->first;
    struct problem **last = is_warning ? &problems->last_warning : &problems->last;
    if (*first)
        (*last)->next = added;
    else
        *first = added;
    *last = added;
    problems->count += !is_warning;
    return added;
}

void problem_at(struct problems *problems, unsigned line_number, const char *template, ...)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    va_list fields;
    va_start(fields, template);
    line_format(&line, template, fields);
    va_end(fields);
    struct problem *added = problem_add(problems, false, &line);
    added->file = problems->file;
    added->line = line_number;
}
