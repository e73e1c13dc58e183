#include "base/lines.h"

#include <unistd.h>

#include "base/descriptors.h"

#include "base/startup_only.h"

bool lines_open(struct lines *lines, const char *file)
{
    lines->at = lines->end = 0;
    lines->fd = descriptors_open(file);
    return lines->fd >= 0;
}

char *lines_next(struct lines *lines)
{
    size_t length = 0; /* at most one less than there is room: then it does not fit */
    for (;;) {
        if (lines->at == lines->end) {
            ssize_t count = read(lines->fd, lines->read, sizeof lines->read);
            lines->at = 0;
            lines->end = count > 0 ? (size_t)count : 0;
        }
        bool is_end = !lines->end;
        char byte = is_end ? '\n' : lines->read[lines->at++];
        bool fits = length < sizeof lines->line - 1;
        lines->line[length] = byte;
        if (byte != '\n') {
            length += fits;
        } else if (fits && (length || !is_end)) {
            lines->line[length] = '\0';
            return lines->line;
        } else if (is_end) {
            close(lines->fd);
            return NULL;
        } else {
            length = 0;
        }
    }
}
