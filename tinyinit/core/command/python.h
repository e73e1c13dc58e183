/* The words of the command line that belong to the Python package. */
#ifndef TINYINIT_PYTHON_H
#define TINYINIT_PYTHON_H

#include <stdbool.h>

#include "base/startup.h"

/* Whether the package has this word: the list is that of tinyinit/__main__.py. */
NOT_INLINED bool python_has(const char *word);

/* Becomes the package's command with these words, by the python3 beside this file, else the one on
 * PATH. Returns, after saying how to get the package, the exit code. */
NOT_INLINED int python_run(char **words, char **envp);

#endif
