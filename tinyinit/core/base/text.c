#include "base/text.h"

#include <stddef.h>

char *text_find(const char *text, char character)
{
    while (*text && *text != character)
        text++;
    return (char *)text;
}

char *text_find_last(const char *text, char character)
{
    const char *last = NULL;
    for (; *text; text++)
        if (*text == character)
            last = text;
    return (char *)last;
}
