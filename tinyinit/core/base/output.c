#include "base/output.h"

#include <unistd.h>

#include "base/startup_only.h"

bool output_write(const char *text, size_t length)
{
    while (length) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written <= 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}
