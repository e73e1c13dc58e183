#include "problem.h"

#include <stdarg.h>
#include <stddef.h>

#include "arena.h"
#include "message.h"

#include "startup_only.h"

static void add(struct problems *problems, const struct problem *problem, const char *template,
                va_list fields)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    line_format(&line, template, fields);
    struct problem *added = arena_take(sizeof *added);
    *added = *problem;
    added->text = arena_copy(text, line.length);
    if (problems->last)
        problems->last->next = added;
    else
        problems->first = added;
    problems->last = added;
    problems->count += !problem->is_warning;
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
