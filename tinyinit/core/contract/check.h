/* Whether an environment meets a contract, and what main gets if it does. */
#ifndef TINYINIT_CHECK_H
#define TINYINIT_CHECK_H

#include "contract/contract.h"

/* Finds and checks the value of each variable; all problems and warnings go to `problems`.
 * `env_file` is one more, or NULL. Returns main's environment, which lies in the arena and means
 * something only without problems. */
char **check(const struct contract *contract, char **envp, const char *env_file,
             struct problems *problems);

#endif
