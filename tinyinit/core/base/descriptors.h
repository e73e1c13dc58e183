/* File descriptors of our own. */
#ifndef TINYINIT_DESCRIPTORS_H
#define TINYINIT_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Opens a file for reading, which waits for nothing and is not main's. -1 with errno. */
int descriptors_open(const char *path);

/* The same below the open `folder`, with more O_ flags. */
int descriptors_open_at(int folder, const char *path, int flags);

/* Reads what of a file one call gives, as a text; "" if that is nothing. */
void descriptors_read(const char *path, char *text, size_t size);

/* Closes every descriptor from `first` up. */
void descriptors_close_from(int first);

/* What kind of file it is and who may do what with it, as st_mode; 0 with errno if there is none.
 */
unsigned descriptors_mode(const char *path);

/* As fstat(). */
bool descriptors_status(int fd, struct stat *status);

#endif
