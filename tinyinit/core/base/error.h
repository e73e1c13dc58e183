/* What the kernel's error numbers mean. */
#ifndef TINYINIT_ERROR_H
#define TINYINIT_ERROR_H

/* What an errno means: the words of the C library for those that occur here, else "error 95". */
const char *error_text(int error);

#endif
