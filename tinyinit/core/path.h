/* Where programs are: the search along PATH, the same on every C library, and what to say of a
 * program that would not run. */
#ifndef TINYINIT_PATH_H
#define TINYINIT_PATH_H

#include <stddef.h>

/* PATH of this environment; without one, the usual folders. */
const char *path_of(char *const *envp);

/* The bytes that path_find() needs: few, so that no page of the stack is used for nothing. */
size_t path_room(const char *program, const char *path);

/* The file that path_exec() would try to run, or NULL if there is none in PATH; it may stay in
 * `buffer`. */
const char *path_find(const char *program, const char *path, char *buffer);

/* Becomes `program`, a path if it has a slash, else looked up along `path`. Returns only if that
 * fails, with the errno that tells most: EACCES of a file that was found before ENOENT. */
int path_exec(const char *program, const char *path, char *const *argv, char *const *envp);

/* Says why path_exec() failed with `error` and returns the exit code for it, 126 or 127. */
int path_explain(const char *program, const char *path, int error);

#endif
