/* An env file of any bytes: problems or variables whose names and values can be an environment. */
#include "formats/envfile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text = realloc(text, size ? size : 1); /* what lies behind the end is not to be read */
    struct problems problems = {.file = ".env"};
    struct env_entry *first = envfile_read(text, size, &problems);
    free(text);
    for (struct env_entry *line = first; line; line = line->next)
        if (!*line->name || strchr(line->name, '=') || strlen(line->value) != line->length ||
            line->length > size || line->line == 0)
            abort();
    if (problems.count > 21)
        abort();
    arena_release();
    return 0;
}
