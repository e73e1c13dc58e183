/* Where programs are: the search along PATH, the same on every C library, and what to say of a
 * program that would not run. */
#ifndef TINYINIT_PATH_H
#define TINYINIT_PATH_H

#include <stddef.h>

/* Where `program` is looked for: PATH of this environment; without one, the usual folders; for what
 * has a slash, or no name, only where we are. */
const char *path_of(const char *program, char *const *envp);

/* The bytes that path_find() needs: few, so that no page of the stack is used for nothing. */
size_t path_room(const char *program, const char *path);

/* The file that path_exec() would try to run, or NULL if there is none in PATH; it may stay in
 * `buffer`. */
const char *path_find(const char *program, const char *path, char *buffer);

/* Becomes the program argv[0], a path if it has a slash, else looked up along PATH. Returns only if
 * that fails, with the errno that tells most: EACCES of a file that was found before ENOENT. */
int path_exec(char *const *argv, char *const *envp);

/* Says why path_exec() failed with `error` and returns the exit code for it, 126 or 127. */
int path_explain(const char *program, char *const *envp, int error);

#endif
