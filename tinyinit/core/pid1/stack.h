/* Thread stacks on musl, which gives a thread 128 KiB, or as much as the largest PT_GNU_STACK of
 * the program and of what is loaded with it asks for, up to 8 MiB. This file carries one of more
 * than that, and is a shared object: in LD_PRELOAD it raises the size. What a program asks for
 * itself is raised by the one function that is run there (exported.c). */
#ifndef TINYINIT_STACK_H
#define TINYINIT_STACK_H

#include <limits.h>
#include <stdbool.h>

enum { STACK_MIN = 16 << 10, STACK_MAX = 8 << 20, PRELOAD_SIZE = 2 * PATH_MAX };

/* Whether `program`, looked up in PATH, runs with musl's loader, at the end of its `#!` lines, or
 * is static where there is no other loader for what it starts. */
bool stack_preload_fits(const char *program, char *const *envp);

/* Writes the LD_PRELOAD entry for such a program, what is there and then this file, and returns it;
 * NULL if it has this file already, or after saying why it cannot have it. */
char *stack_preload(char *const *envp, char entry[PRELOAD_SIZE]);

#endif
