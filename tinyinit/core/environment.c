#include "environment.h"

#include <string.h>

#include "text.h"

#include "startup_only.h"

const char *environment_get(char *const *envp, const char *name)
{
    size_t length = strlen(name);
    for (; *envp; envp++)
        if (!strncmp(*envp, name, length) && (*envp)[length] == '=')
            return *envp + length + 1;
    return NULL;
}

size_t environment_count(char *const *envp)
{
    size_t count = 0;
    while (envp[count])
        count++;
    return count;
}

void environment_put(char **envp, char *entry)
{
    size_t name = (size_t)(text_find(entry, '=') - entry) + 1;
    while (*envp && strncmp(*envp, entry, name) != 0)
        envp++;
    if (!*envp)
        envp[1] = NULL;
    *envp = entry;
}
