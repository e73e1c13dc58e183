/* A pattern and, behind the first NUL, a value up to the next, of any bytes: a verdict, and nothing
 * else is read or written. */
#include "formats/pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *problem;
    char *text = malloc(size + 2), *value;
    memcpy(text, data, size);
    memset(text + size, 0, 2);
    value = text + strlen(text) + 1;
    const struct pattern *pattern = pattern_compile(text, strlen(text), &problem);
    if (!pattern != !!problem)
        abort();
    if (pattern)
        pattern_matches(pattern, value);
    arena_release();
    free(text);
    return 0;
}
