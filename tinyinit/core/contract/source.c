#include "contract/source.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/descriptors.h"
#include "base/file.h"
#include "base/text.h"
#include "formats/envfile.h"

#include "base/startup_only.h"

static const char file_suffix[] = "_FILE";

/* ---- names ---- */

static void read_process(struct names *names, char *const *envp)
{
    for (; *envp; envp++) {
        const char *equals = text_find(*envp, '=');
        if (!*equals)
            continue;
        struct name *name = names_add(names, *envp, (size_t)(equals - *envp));
        if (name->value) /* of two, the first is what getenv() finds */
            continue;
        name->value = equals + 1;
        name->value_length = strlen(name->value);
    }
}

static void read_env_file(struct names *names, const char *path, struct problems *problems)
{
    struct file file;
    bool optional = *path == '?';
    problems->file = path += optional;
    const char *problem = file_read(AT_FDCWD, path, FILE_MAX, &file);
    if (problem) {
        if (!optional || problem != file_missing)
            problem_at(problems, 0, "cannot be read: {}", problem);
        return;
    }
    const struct env_entry *line = envfile_read(file.text, file.length, problems);
    for (; line; line = line->next) {
        struct name *name = names_add(names, line->name, strlen(line->name));
        name->value = line->value;
        name->value_length = line->length;
        name->file = path;
        name->line = line->line;
    }
}

void sources_open(struct sources *sources, const struct contract *contract, char *const *envp,
                  const char *env_file, struct problems *problems)
{
    *sources = (struct sources){.contract = contract, .secrets = -1};
    read_process(&sources->process, envp);
    const struct toml_value *files = contract->given[KEY_FILES];
    for (files = files ? files->items : NULL; files; files = files->next)
        read_env_file(&sources->env_files, files->text, problems);
    if (env_file)
        read_env_file(&sources->env_files, env_file, problems);
    const struct toml_value *folder = contract->given[KEY_SECRETS];
    if (folder && folder->length)
        sources->secrets = descriptors_open_at(AT_FDCWD, folder->text, O_DIRECTORY);
}

void sources_close(const struct sources *sources)
{
    if (sources->secrets >= 0)
        close(sources->secrets);
}

/* ---- one variable ---- */

static bool takes_empty(const struct variable *variable)
{
    const struct toml_value *least = variable->rules.given[RULE_MIN_LENGTH];
    return variable->rules.type == TYPE_STRING && least && !strcmp(least->text, "0");
}

/* Whether this place has decided: there is a value, or it is told why not. */
static bool decided(const struct variable *variable)
{
    return variable->value.text || variable->unreadable || variable->ambiguous;
}

/* Reads it from the file `name` in `folder`. False if that has no such file. What is no file may be
 * the secret itself, set under the wrong name: `called` is what to call that. */
static bool take_file(struct variable *variable, int folder, const char *name, const char *path,
                      const char *called)
{
    struct file file;
    const char *problem = file_read(folder, name, STRING_MAX, &file);
    if (problem == file_missing && folder != AT_FDCWD)
        return false;
    if (problem && variable->is_hidden)
        path = called;
    if (!problem && strlen(file.text) < file.length)
        problem = "it holds a NUL byte";
    variable->unreadable = problem;
    if (!problem) { /* else there is nothing in `file`, not even a length */
        size_t length = file.length;
        if (length && file.text[length - 1] == '\n')
            file.text[--length] = '\0';
        if (!length && !takes_empty(variable))
            return true;
        variable->value.text = file.text;
        variable->value.length = length;
    }
    variable->value.source = variable->value.file = path;
    return true;
}

static void find_name(const struct sources *sources, const struct names *names, const char *name,
                      struct variable *variable)
{
    size_t length = strlen(name);
    char *file_name = arena_take(length + sizeof file_suffix);
    strcpy(stpcpy(file_name, name), file_suffix);
    const struct name *set = names_find(names, name, length);
    const struct name *pointer = names_find(names, file_name, length + sizeof file_suffix - 1);
    if (set && !set->value_length && !takes_empty(variable))
        set = NULL;
    if (pointer && (!pointer->value_length ||
                    names_find(&sources->contract->names, file_name, pointer->length)->variable))
        pointer = NULL;
    if (set && pointer) {
        variable->ambiguous = name;
    } else if (set) {
        variable->value = (struct value){.text = set->value,
                                         .length = set->value_length,
                                         .source = set->file,
                                         .file = set->file,
                                         .line = set->line};
    } else if (pointer) {
        take_file(variable, AT_FDCWD, pointer->value, pointer->value, file_name);
    }
}

static void find_named(const struct sources *sources, const struct names *names,
                       struct variable *variable)
{
    for (const struct toml_value *name = &variable->names;
         name && names->count && !decided(variable); name = name->next) {
        find_name(sources, names, name->text, variable);
        if (!variable->value.text || name == &variable->names)
            continue;
        if (!variable->value.source)
            variable->value.source = name->text;
        variable->alias = name->text;
    }
}

/* False if it was already. */
static bool make_lower(char *name)
{
    bool changed = false;
    for (; *name; name++)
        if (*name >= 'A' && *name <= 'Z') {
            *name |= 0x20;
            changed = true;
        }
    return changed;
}

static void find_secret(const struct sources *sources, struct variable *variable)
{
    const struct toml_value *folder = sources->contract->given[KEY_SECRETS];
    size_t length = folder->length;
    while (length && folder->text[length - 1] == '/')
        length--;
    char *path = arena_take(length + strlen(variable->rules.name) + 2), *name = path + length + 1;
    memcpy(path, folder->text, length);
    path[length] = '/';
    strcpy(name, variable->rules.name);
    bool found;
    do
        found = take_file(variable, sources->secrets, name, path, path);
    while (!found && make_lower(name));
}

void source_find(const struct sources *sources, struct variable *variable)
{
    find_named(sources, &sources->process, variable);
    if (!decided(variable) && sources->secrets >= 0)
        find_secret(sources, variable);
    find_named(sources, &sources->env_files, variable);
    const struct toml_value *value = variable->given[KEY_DEFAULT];
    if (!decided(variable) && value)
        variable->value =
            (struct value){.text = value->text, .length = value->length, .source = "the default"};
}
