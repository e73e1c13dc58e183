#include "base/environment.h"

#include <string.h>

#include "base/text.h"

#include "base/startup_only.h"

/* Where the first entry is that has the name of `name`, "NAME" or "NAME=value", else the end. */
static char *const *find(char *const *envp, const char *name)
{
    size_t length = (size_t)(text_find(name, '=') - name);
    while (*envp && (strncmp(*envp, name, length) != 0 || (*envp)[length] != '='))
        envp++;
    return envp;
}

const char *environment_get(char *const *envp, const char *name)
{
    const char *entry = *find(envp, name);
    return entry ? text_find(entry, '=') + 1 : NULL;
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
    envp = (char **)find(envp, entry);
    if (!*envp)
        envp[1] = NULL;
    *envp = entry;
}
