/* Memory for start-up: taken piece by piece, given back whole. Everything that is read from the
 * environment's files lies in it, so that nothing of it stays. */
#ifndef TINYINIT_ARENA_H
#define TINYINIT_ARENA_H

#include <stddef.h>

/* `size` bytes of zeroes, aligned for anything. Without memory it says so and exits with 125. */
void *arena_take(size_t size);

/* A copy of `length` bytes, with a '\0' after them. */
char *arena_copy(const char *text, size_t length);

/* Gives all of it back to the kernel. Pointers into it are void. */
void arena_release(void);

#endif
