#include "base/expand.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/environment.h"
#include "base/text.h"

#include "base/startup_only.h"

bool expand_is_needed(const char *text)
{
    for (text = text_find(text, '$'); *text; text = text_find(text + 1, '$'))
        if (text[1] == '(' || text[1] == '$')
            return true;
    return false;
}

/* The value of the variable whose name is the `length` bytes at `name`, else NULL. */
static const char *value_of(const char *name, size_t length, char *const *envp)
{
    return environment_get(envp, arena_copy(name, length));
}

/* Writes the expanded text to `to` if that is not NULL. Returns its length without the end, or
 * SIZE_MAX where a name has no value. */
static size_t put_expanded(const char *text, char *const *envp, char *to,
                           struct unknown_name *unknown)
{
    size_t length = 0;
    while (*text) {
        const char *part = text, *after = text + 1;
        size_t part_length = 1;
        const char *end = text[0] == '$' && text[1] == '(' ? text_find(text, ')') : "";
        if (text[0] == '$' && text[1] == '$') {
            after = text + 2;
        } else if (*end) {
            const char *name = text + 2;
            part = value_of(name, (size_t)(end - name), envp);
            if (!part) {
                *unknown = (struct unknown_name){name, (size_t)(end - name)};
                return SIZE_MAX;
            }
            part_length = strlen(part);
            after = end + 1;
        }
        if (to)
            memcpy(to + length, part, part_length);
        length += part_length;
        text = after;
    }
    return length;
}

const char *expand(const char *text, char *const *envp, struct unknown_name *unknown)
{
    unknown->text = NULL;
    size_t length = put_expanded(text, envp, NULL, unknown);
    if (unknown->text)
        return NULL;
    char *expanded = arena_take(length + 1); /* zeroes: it has its end */
    put_expanded(text, envp, expanded, unknown);
    return expanded;
}
