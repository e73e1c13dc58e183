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
    problems_move(problems,
                  &(struct problems){.first = added, .last = added, .count = !added->is_warning});
}

void problems_move(struct problems *to, const struct problems *from)
{
    if (!from->first)
        return;
    if (to->last)
        to->last->next = from->first;
    else
        to->first = from->first;
    to->last = from->last;
    to->count += from->count;
}

static void add(struct problems *problems, const struct problem *problem, const char *template,
                va_list fields)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    line_format(&line, template, fields);
    problem_add(problems, problem, &line);
}

void problem_at(struct problems *problems, unsigned line, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    add(problems, &(struct problem){.file = problems->file, .line = line}, template, fields);
    va_end(fields);
}

void problem_of(struct problems *problems, const char *variable, const char *file, unsigned line,
                bool is_warning, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    add(problems,
        &(struct problem){
            .variable = variable, .file = file, .line = line, .is_warning = is_warning},
        template, fields);
    va_end(fields);
}
