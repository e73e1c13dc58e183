#include "print.h"

#include <string.h>

#include "arena.h"
#include "scan.h"
#include "text.h"

#include "startup_only.h"

static bool is_plain(const char *text)
{
    while (scan_is_letter(*text) || scan_is_digit(*text) || *text == '-' || *text == '.' ||
           *text == '/' || *text == ':')
        text++;
    return !*text;
}

/* The quotes that a value can stand in; '\0': none. */
static char quote_for(const char *text)
{
    bool fits_single = true, fits_double = true;
    const char *problem;
    for (const char *end = text; *end; end++) {
        const char *line = end, *stop = end + strlen(end);
        end = scan_line(line, stop, &problem);
        if (problem || (end > line && end[-1] == '\r'))
            return '\0';
        for (; line < end; line++) {
            fits_single &= *line != '\'' && strncmp(line, "${", 2) != 0 &&
                           (*line != '\\' || (line[1] && line[1] != '\\'));
            fits_double &= *line != '"' && *line != '$' && *line != '\\';
            if (!strncmp(line, "\xe2\x80", 2) && (line[2] & 0xfe) == 0xa8) /* U+2028, U+2029 */
                return '\0';
        }
        if (!*end)
            break;
    }
    return (char)(fits_single ? '\'' : fits_double ? '"' : '\0');
}

/* Whether a report would show only a part of it. */
static bool has_password(const struct variable *variable)
{
    return variable->rules.type == TYPE_URL && *text_find(variable->value.text, '@');
}

static void put(struct line *line, const struct variable *variable)
{
    const char *value = variable->value.text, *name = variable->rules.name;
    bool is_hidden = variable->is_hidden || has_password(variable);
    char quote[] = {is_plain(value) ? '\0' : quote_for(value), '\0'};
    if (is_hidden || (!*quote && !is_plain(value))) {
        line_put(line, "# ");
        line_put(line, name);
        line_put(line, is_hidden ? " is hidden\n" : " cannot be written here\n");
        return;
    }
    line_put(line, name);
    line_put(line, "=");
    line_put(line, quote);
    line_put(line, value);
    line_put(line, quote);
    line_put(line, "\n");
}

struct line print_values(const struct contract *contract)
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
