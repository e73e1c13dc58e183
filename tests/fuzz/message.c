/* A line of the log from any bytes, as text and as JSON: one line, whole, and nothing of what
 * others wrote may end it or move the cursor. The line is read back from a pipe in place of stderr.
 */
#include "base/message.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say_into(int log, const char *text)
{
    int kept = dup(STDERR_FILENO);
    dup2(log, STDERR_FILENO);
    say(LEVEL_ERROR, "event", "of {text} and {'quoted} and {#number}", text, text, NUMBER(7));
    dup2(kept, STDERR_FILENO);
    close(kept);
}

static void check(const char *line, ssize_t length, const char *begin)
{
    if (length < (ssize_t)strlen(begin) + 1 || memcmp(line, begin, strlen(begin)) != 0)
        abort();
    for (ssize_t i = 0; i < length - 1; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            abort();
    if (line[length - 1] != '\n')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int ends[2];
    char line[8192], *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    if (!ends[0] && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        abort();
    message_set_json(false);
    say_into(ends[1], text);
    check(line, read(ends[0], line, sizeof line), "tinyinit: of ");
    message_set_json(true);
    say_into(ends[1], text);
    ssize_t length = read(ends[0], line, sizeof line);
    check(line, length, "{\"time\": \"");
    if (line[length - 2] != '}')
        abort();
    free(text);
    return 0;
}
