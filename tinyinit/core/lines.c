#include "lines.h"

#include <string.h>
#include <unistd.h>

#include "descriptors.h"

#include "startup_only.h"

bool lines_open(struct lines *lines, const char *file)
{
    lines->begin = lines->end = 0;
    lines->skipping = lines->finished = false;
    lines->fd = descriptors_open(file);
    return lines->fd >= 0;
}

/* Makes room behind what has not been given out, and fills it. */
static void read_more(struct lines *lines)
{
    size_t rest = lines->end - lines->begin;
    if (rest == sizeof lines->text - 1) {
        lines->skipping = true;
        rest = 0;
    }
    memmove(lines->text, lines->text + lines->begin, rest);
    lines->begin = 0;
    ssize_t length = read(lines->fd, lines->text + rest, sizeof lines->text - 1 - rest);
    lines->finished = length <= 0;
    lines->end = rest + (length > 0 ? (size_t)length : 0);
}

static char *find_end(char *line, size_t length)
{
    for (; length; line++, length--)
        if (*line == '\n')
            return line;
    return NULL;
}

char *lines_next(struct lines *lines)
{
    for (;;) {
        char *line = lines->text + lines->begin;
        size_t rest = lines->end - lines->begin;
        char *end = find_end(line, rest);
        if (!end && !lines->finished) {
            read_more(lines);
            continue;
        }
        bool skipped = lines->skipping;
        lines->skipping = false;
        if (!end && (rest == 0 || skipped)) {
            close(lines->fd);
            return NULL;
        }
        if (!end)
            end = line + rest;
        lines->begin =
            end < lines->text + lines->end ? (size_t)(end - lines->text) + 1 : lines->end;
        *end = '\0';
        if (!skipped)
            return line;
    }
}
