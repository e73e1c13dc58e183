#include "problem.h"

#include <stdarg.h>
#include <stddef.h>

#include "arena.h"
#include "message.h"

#include "startup_only.h"

void problem_add(struct problems *problems, const struct problem *problem, const struct line *line)
{
    struct problem *added = arena_take(sizeof *added);
    *added = *problem;
    added->text = arena_copy(line->text, line->length);
    if (problems->last)
        problems->last->next = added;
    else
        problems->first = added;
    problems->last = added;
    problems->count += !problem->is_warning;
}

TAKES_FIELDS void problem_at(struct problems *problems, unsigned line_number, const char *template,
                             ...)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    va_list fields;
    va_start(fields, template);
    line_format(&line, template, fields);
    va_end(fields);
    problem_add(problems, &(struct problem){.file = problems->file, .line = line_number}, &line);
}
