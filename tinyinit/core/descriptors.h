/* File descriptors of our own. */
#ifndef TINYINIT_DESCRIPTORS_H
#define TINYINIT_DESCRIPTORS_H

/* Opens a file for reading, which waits for nothing and is not main's. -1 with errno. */
int descriptors_open(const char *path);

/* Closes every descriptor from `first` up. */
void descriptors_close_from(int first);

#endif
