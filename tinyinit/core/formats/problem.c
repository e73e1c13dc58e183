#include "formats/problem.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/message.h"

#include "base/startup_only.h"

struct problem *problem_add(struct problems *problems, bool is_warning, const struct buffer *buffer)
{
    struct problem *added = arena_take(sizeof *added);
    added->text = arena_copy(buffer->text, buffer->length);
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

const char *problem_text(const char *template, ...)
{
    char text[LINE_SIZE];
    struct buffer buffer = {.text = text, .size = sizeof text};
    va_list fields;
    va_start(fields, template);
    buffer_format(&buffer, template, fields);
    va_end(fields);
    return arena_copy(text, buffer.length);
}

void problem_format(struct problems *problems, unsigned line, const char *template, va_list fields)
{
    char text[LINE_SIZE];
    struct buffer buffer = {.text = text, .size = sizeof text};
    buffer_format(&buffer, template, fields);
    struct problem *added = problem_add(problems, false, &buffer);
    added->file = problems->file;
    added->line = line;
}

void problem_at(struct problems *problems, unsigned line, const char *template, ...)
{
    va_list fields;
    va_start(fields, template);
    problem_format(problems, line, template, fields);
    va_end(fields);
}
