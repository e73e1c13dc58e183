#include "contract/export.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "formats/envfile.h"

#include "base/startup_only.h"

/* Whether the reader of env files makes of the line's end, from `begin` on, what the value is. */
static bool reads_back(const struct line *line, size_t begin, const struct value *value)
{
    struct problems problems = {.first = NULL};
    const struct env_line *read = envfile_read(line->text + begin, line->length - begin, &problems);
    return !problems.count && read->length == value->length &&
           !memcmp(read->value, value->text, value->length);
}

/* Whether a report would show only a part of it. */
static bool has_password(const struct variable *variable)
{
    return variable->rules.type == TYPE_URL && *text_find(variable->value.text, '@');
}

static void put(struct line *line, const struct variable *variable)
{
    static const char openings[][3] = {"=", "='", "=\""};
    const char *name = variable->rules.name, *problem = " is hidden\n";
    size_t begin = line->length;
    if (!variable->is_hidden && !has_password(variable)) {
        problem = " is what no env file can say\n";
        for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
            line_put(line, name);
            line_put(line, openings[i]);
            line_put(line, variable->value.text);
            line_put(line, openings[i] + 1); /* the quote */
            line_put(line, "\n");
            if (reads_back(line, begin, &variable->value))
                return;
            line->length = begin;
        }
    }
    line_put(line, "# ");
    line_put(line, name);
    line_put(line, problem);
}

struct line export_values(const struct contract *contract)
{
    enum { AROUND = 40 };
    const struct variable *variable;
    size_t size = AROUND;
    for (variable = contract->first; variable; variable = variable->next)
        size += strlen(variable->rules.name) + variable->value.length + AROUND;
    struct line line = {.text = arena_take(size), .size = size};
    for (variable = contract->first; variable; variable = variable->next)
        if (variable->value.text)
            put(&line, variable);
    return line;
}
