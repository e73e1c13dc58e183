#include "contract/export.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "formats/envfile.h"

#include "base/startup_only.h"

/* Whether the reader of env files makes of the line's end, from `begin` on, what the value is. */
static bool reads_back(const struct buffer *buffer, size_t begin, const struct value *value)
{
    struct problems problems = {.first = NULL};
    const struct env_entry *read =
        envfile_read(buffer->text + begin, buffer->length - begin, &problems);
    return !problems.count && read->length == value->length &&
           !memcmp(read->value, value->text, value->length);
}

/* Whether a report would show only a part of it. */
static bool has_password(const struct variable *variable)
{
    return variable->rules.type == TYPE_URL && *text_find(variable->value.text, '@');
}

static void put(struct buffer *buffer, const struct variable *variable)
{
    static const char openings[][3] = {"=", "='", "=\""};
    const char *name = variable->rules.name, *problem = " is hidden\n";
    size_t begin = buffer->length;
    if (!variable->is_hidden && !has_password(variable)) {
        problem = " cannot be written in an env file\n";
        for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
            buffer_put(buffer, name);
            buffer_put(buffer, openings[i]);
            buffer_put(buffer, variable->value.text);
            buffer_put(buffer, openings[i] + 1); /* the quote */
            buffer_put(buffer, "\n");
            if (reads_back(buffer, begin, &variable->value))
                return;
            buffer->length = begin;
        }
    }
    buffer_put(buffer, "# ");
    buffer_put(buffer, name);
    buffer_put(buffer, problem);
}

struct buffer export_values(const struct contract *contract)
{
    enum { AROUND = 40 };
    const struct variable *variable;
    size_t size = AROUND;
    for (variable = contract->first; variable; variable = variable->next)
        size += strlen(variable->rules.name) + variable->value.length + AROUND;
    struct buffer buffer = {.text = arena_take(size), .size = size};
    for (variable = contract->first; variable; variable = variable->next)
        if (variable->value.text)
            put(&buffer, variable);
    return buffer;
}
