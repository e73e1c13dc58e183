/* Where the value of a variable comes from: the process environment under the variable's name,
 * NAME_FILE, an older name in the same ways, the folder of secrets, env files in the same ways as
 * the process environment, the default. */
#ifndef TINYINIT_SOURCE_H
#define TINYINIT_SOURCE_H

#include "contract/contract.h"

struct sources {
    const struct contract *contract;
    struct names process, env_files; /* what each name is set to */
    int secrets; /* the open folder; -1: none */
};

/* Reads the env files of the contract, then `env_file` unless it is NULL; what is wrong with them
 * goes to `problems`. */
void sources_open(struct sources *sources, const struct contract *contract, char *const *envp,
                  const char *env_file, struct problems *problems);

void sources_close(const struct sources *sources);

/* Finds the variable's value, or why it has none. */
void source_find(const struct sources *sources, struct variable *variable);

#endif
