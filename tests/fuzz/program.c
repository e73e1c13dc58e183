/* The head of a program that is any bytes: what it asks for stays inside of what was read. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pid1/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;
    struct program_head head;
    if (file < 0)
        file = memfd_create("program", 0);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    const char *name = program_interpreter(path, &head);
    if (head.length > size)
        abort();
    if (name && (name < head.text || name + strlen(name) >= head.text + sizeof head.text))
        abort();
    return 0;
}
