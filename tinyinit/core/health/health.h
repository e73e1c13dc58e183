/* `tinyinit health URL`: is it up? For HEALTHCHECK and probes, in images without curl. */
#ifndef TINYINIT_HEALTH_H
#define TINYINIT_HEALTH_H

#include <stdbool.h>

#include "base/startup.h"

/* `words` are what follows `health` on the command line, and $(NAME) in the URL is taken from
 * `envp`. Says why it is not up. Returns 0 if it is, 1 if it is not, 64 for a wrong word. */
NOT_INLINED int health_run(char *const *words, char *const *envp);

/* Whether the URL among `words` takes values from the environment. */
bool health_has_names(char *const *words);

#endif
