#include "contract/hidden.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#include "base/startup_only.h"

bool name_is_secret(const char *name)
{
    static const char words[][11] = {"SECRET",     "TOKEN",   "PASSWORD", "PASSWD",
                                     "CREDENTIAL", "PRIVATE", "KEY",      "DSN"};
    enum { ANYWHERE = 6 }; /* the others only as the last word */
    for (const char *start = name; *start; start++)
        for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
            size_t length = 0;
            while (words[i][length] && (start[length] & ~0x20) == words[i][length])
                length++;
            if (!words[i][length] &&
                (i < ANYWHERE || (!start[length] && (start == name || start[-1] == '_'))))
                return true;
        }
    return false;
}

const char *without_password(const char *value)
{
    const char *colon = text_find(value, ':'), *at = text_find_last(value, '@');
    if (!strncmp(colon, "://", 3))
        colon = text_find(colon + 1, ':');
    if (!at || colon > at)
        return value;
    size_t kept = (size_t)(colon + 1 - value);
    char *shown = arena_take(kept + strlen(at) + sizeof "…");
    memcpy(shown, value, kept);
    strcpy(stpcpy(shown + kept, "…"), at);
    return shown;
}
