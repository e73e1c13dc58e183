#include "text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "value.h"

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

const char *text_nth(const char *list, unsigned n)
{
    while (n--)
        list += strlen(list) + 1;
    return list;
}

const char *error_text(int error)
{
    static const struct {
        unsigned char error;
        char text[33];
    } known[] = {
        {EPERM, "Operation not permitted"},
        {ENOENT, "No such file or directory"},
        {EIO, "I/O error"},
        {ENXIO, "No such device or address"},
        {EAGAIN, "Resource temporarily unavailable"},
        {ENOMEM, "Out of memory"},
        {EACCES, "Permission denied"},
        {ENOTDIR, "Not a directory"},
        {EISDIR, "Is a directory"},
        {EINVAL, "Invalid argument"},
        {ENFILE, "Too many open files in system"},
        {EMFILE, "No file descriptors available"},
        {EROFS, "Read-only file system"},
        {ENAMETOOLONG, "Filename too long"},
        {ENOSYS, "Function not implemented"},
        {ELOOP, "Symbolic link loop"},
    };
    static char other[sizeof "error " + NUMBER_SIZE];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].error == error)
            return known[i].text;
    char digits[NUMBER_SIZE];
    strcpy(stpcpy(other, "error "), number_text((uint64_t)error, digits));
    return other;
}
