/* A pattern and, behind the first NUL, a value, of any bytes: a verdict, and nothing else is read or
 * written. */
#include "../../tinyinit/core/pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../tinyinit/core/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *problem;
    size_t length = 0;
    while (length < size && data[length])
        length++;
    char *text = malloc(length + 1);
    memcpy(text, data, length);
    const struct pattern *pattern = pattern_compile(text, length, &problem);
    free(text);
    if (!pattern != !!problem)
        abort();
    if (pattern && length < size)
        pattern_matches(pattern, (const char *)data + length + 1, size - length - 1);
    arena_release();
    return 0;
}
