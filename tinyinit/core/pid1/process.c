#include "pid1/process.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/text.h"
#include "base/value.h"

static void read_file(pid_t pid, const char *file, char *text, size_t size)
{
    char path[sizeof "/proc//stat" + NUMBER_SIZE], digits[NUMBER_SIZE];
    stpcpy(stpcpy(stpcpy(path, "/proc/"), number_text((uint64_t)pid, digits)), file);
    descriptors_read(path, text, size);
}

bool process_can_look(void)
{
    char text[NUMBER_SIZE];
    descriptors_read("/proc/self/stat", text, sizeof text);
    return parse_digits(text).number == (uint64_t)getpid();
}

void process_name(pid_t pid, char name[PROCESS_NAME_SIZE])
{
    char text[PROCESS_NAME_SIZE + 1]; /* with the end of the line */
    read_file(pid, "/comm", text, sizeof text);
    size_t length = strlen(text);
    if (length)
        length--;
    memcpy(name, text, length);
    name[length] = '\0';
}

/* The name before the parent may hold anything, brackets too: the last one ends it. */
pid_t process_parent(pid_t pid, bool *is_zombie)
{
    char text[512];
    read_file(pid, "/stat", text, sizeof text);
    const char *end = text_find_last(text, ')');
    if (!end || strlen(end) <= 4)
        return 0;
    if (is_zombie)
        *is_zombie = end[2] == 'Z' || end[2] == 'X';
    return (pid_t)parse_digits(end + 4).number;
}
