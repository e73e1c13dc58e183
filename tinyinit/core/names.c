#include "names.h"

#include <string.h>

#include "arena.h"

#include "startup_only.h"

void names_begin(struct names *names, size_t most)
{
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    *names = (struct names){.slots = arena_take(size * sizeof *names->slots), .mask = size - 1};
    names->last = &names->first;
}

/* Where the name is, or where there is room for it. */
static struct name **slot(const struct names *names, const char *text, size_t length)
{
    uint32_t hash = 2166136261; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619;
    for (size_t i = hash;; i++) {
        struct name **at = &names->slots[i & names->mask];
        if (!*at || ((*at)->length == length && !memcmp((*at)->text, text, length)))
            return at;
    }
}

struct name *names_find(const struct names *names, const char *text, size_t length)
{
    return *slot(names, text, length);
}

struct name *names_add(struct names *names, const char *text, size_t length)
{
    struct name **at = slot(names, text, length);
    if (*at)
        return *at;
    struct name *name = *at = arena_take(sizeof *name);
    name->text = text;
    name->length = length;
    *names->last = name;
    names->last = &name->next;
    names->count++;
    return name;
}
