#include "formats/names.h"

#include <string.h>

#include "base/arena.h"

#include "base/startup_only.h"

enum { FIRST_LAST_SLOT = 63 };

/* Where the name is, or where there is room for it. */
static struct name **slot(const struct names *names, const char *text, size_t length)
{
    uint32_t hash = 2166136261; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619;
    for (;; hash++) {
        struct name **at = &names->slots[hash & names->last_slot];
        if (!*at || ((*at)->length == length && !memcmp((*at)->text, text, length)))
            return at;
    }
}

struct name *names_find(const struct names *names, const char *text, size_t length)
{
    return names->slots ? *slot(names, text, length) : NULL;
}

struct name *names_add(struct names *names, const char *text, size_t length)
{
    /* At most half of it is taken, so that there is always room, and near. */
    if (names->count * 2 >= names->last_slot) {
        names->last_slot = (names->last_slot * 2 + 1) | FIRST_LAST_SLOT;
        names->slots = arena_take((names->last_slot + 1) * sizeof *names->slots);
        for (struct name *name = names->first; name; name = name->next)
            *slot(names, name->text, name->length) = name;
    }
    struct name **at = slot(names, text, length);
    if (*at)
        return *at;
    struct name *name = *at = arena_take(sizeof *name);
    name->text = text;
    name->length = length;
    *(names->last ? &names->last->next : &names->first) = name;
    names->last = name;
    names->count++;
    return name;
}
