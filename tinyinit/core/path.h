/* Where programs are: the search along PATH, the same on every C library, and what to say of a
 * program that would not run. */
#ifndef TINYINIT_PATH_H
#define TINYINIT_PATH_H

#include <limits.h>

/* PATH of this environment; without one, the usual folders. */
const char *path_of(char *const *envp);

/* The file that path_exec() would try to run, or NULL if there is none in PATH; it may stay in
 * `buffer`. */
const char *path_find(const char *program, const char *path, char buffer[PATH_MAX]);

/* Becomes `program`, a path if it has a slash, else looked up along `path`. Returns only if that
 * fails, with the errno that tells most: EACCES of a file that was found before ENOENT. */
int path_exec(const char *program, const char *path, char *const *argv, char *const *envp);

/* Says why path_exec() failed with `error` and returns the exit code for it, 126 or 127. */
int path_explain(const char *program, const char *path, int error);

#endif
