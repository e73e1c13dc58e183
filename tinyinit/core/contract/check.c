#include "contract/check.h"

#include <string.h>

#include "base/arena.h"
#include "base/distance.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"
#include "contract/source.h"

#include "base/startup_only.h"

/* One buffer serves all problems: it is large. */
static void clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->full = false;
}

/* "from .env:3 ", nothing for the process environment. */
static void put_source(struct buffer *buffer, const char *source, unsigned at)
{
    if (source && at)
        buffer_add(buffer, "from {}:{#} ", source, NUMBER(at));
    else if (source)
        buffer_add(buffer, "from {} ", source);
}

/* Tries the names that may be advised: those that are declared, and those that are not known. */
static void try_names(struct nearest *nearest, const struct contract *contract,
                      const struct names *names)
{
    for (const struct name *name = names->first; name; name = name->next)
        if (name_is_declared(name) || !names_find(&contract->names, name->text, name->length))
            nearest_try(nearest, name->text, name->length);
}

static void put_advice(struct buffer *buffer, const struct nearest *nearest)
{
    if (nearest->best)
        buffer_add(buffer, "; did you mean {}?", arena_copy(nearest->best, nearest->best_length));
}

static void tell_variable(struct problems *problems, struct buffer *buffer, const char *name,
                          const char *file, unsigned at, bool is_warning)
{
    struct problem *added = problem_add(problems, is_warning, buffer);
    added->variable = name;
    added->file = file;
    added->line = at;
    clear(buffer);
}

/* ---- a value ---- */

/* Whether Kubernetes may have set it, for a service whose name makes the same variable. */
static bool is_service_link(const struct variable *variable)
{
    if (variable->rules.type != TYPE_INT && variable->rules.type != TYPE_PORT)
        return false;
    const char *text = variable->value.text, *end = text_find(text, ':');
    return !strncmp(end, "://", 3) &&
           parse_choice(arena_copy(text, (size_t)(end - text)), "tcp\0udp\0sctp\0") >= 0;
}

static bool fits(const struct variable *variable, struct buffer *buffer)
{
    const struct value *value = &variable->value;
    if (value->source && variable->names.length + 1 + value->length > STRING_MAX)
        buffer_put(buffer, "is longer than 128 KiB");
    else if (is_service_link(variable))
        buffer_add(buffer,
                   "is a Kubernetes service link, not {}; rename the service or set "
                   "enableServiceLinks: false",
                   type_expects(variable->rules.type));
    else
        return rules_meet(&variable->rules, value->text, value->length, variable->is_hidden,
                          buffer);
    return false;
}

/* ---- no value ---- */

/* The variable because of which it must have one: itself, or another; NULL: it need not. */
static const struct variable *needed_by(const struct variable *variable)
{
    const struct toml_value *required = variable->given[KEY_REQUIRED];
    const struct variable *other = variable->condition;
    if (required ? boolean_value(required) : !variable->given[KEY_DEFAULT] && !other)
        return variable;
    if (!other || !other->value.text)
        return NULL;
    const char *wanted = variable->condition_value;
    return !wanted || !strcmp(other->value.text, wanted) ? other : NULL;
}

static void put_missing(struct buffer *buffer, const struct sources *sources,
                        const struct variable *variable, const struct variable *because)
{
    struct nearest nearest = {.wanted = variable->names.text,
                              .wanted_length = variable->names.length};
    buffer_put(buffer, "is missing");
    if (because != variable)
        buffer_add(buffer, "; {} requires it", because->names.text);
    try_names(&nearest, sources->contract, &sources->process);
    try_names(&nearest, sources->contract, &sources->env_files);
    put_advice(buffer, &nearest);
}

/* Puts what is wrong with the variable. False if nothing is. */
static bool put_problem(struct buffer *buffer, const struct sources *sources,
                        const struct variable *variable)
{
    const struct value *value = &variable->value;
    const struct variable *because = needed_by(variable);
    if (variable->ambiguous) {
        buffer_add(buffer, "is ambiguous: {} and {}_FILE are both set", variable->ambiguous,
                   variable->ambiguous);
    } else if (variable->unreadable) {
        buffer_add(buffer, "from {} cannot be read: {}", value->source, variable->unreadable);
    } else if (value->text) {
        put_source(buffer, value->source, value->line);
        return !fits(variable, buffer);
    } else if (because) {
        put_missing(buffer, sources, variable, because);
    } else {
        return false;
    }
    return true;
}

static void check_variable(const struct sources *sources, const struct variable *variable,
                           struct buffer *buffer, struct problems *problems)
{
    const char *name = variable->names.text;
    if (variable->alias) {
        buffer_add(buffer, "comes from {}, an older name; set {}", variable->alias, name);
        tell_variable(problems, buffer, name, NULL, 0, true);
    }
    if (put_problem(buffer, sources, variable))
        tell_variable(problems, buffer, name, variable->value.file, variable->value.line, false);
    clear(buffer);
}

/* ---- what is not declared ---- */

/* Shell's sort, with the gaps of Frank and Lazarus: small, and fast enough for any environment. */
static void sort(const struct name **names, size_t count)
{
    for (size_t gap = count; gap > 1;) {
        gap = gap / 2 | 1;
        for (size_t i = gap; i < count; i++) {
            const struct name *moved = names[i];
            size_t j = i;
            for (; j >= gap && compare_names(names[j - gap]->text, names[j - gap]->length,
                                             moved->text, moved->length) > 0;
                 j -= gap)
                names[j] = names[j - gap];
            names[j] = moved;
        }
    }
}

static enum action action_for_undeclared(const struct contract *contract)
{
    const struct toml_value *given = contract->given[KEY_UNKNOWN];
    return given ? action_value(given) : ACTION_WARN;
}

static void tell_undeclared(const struct contract *contract, const struct name *name,
                            struct buffer *buffer, struct problems *problems)
{
    struct nearest nearest = {.wanted = name->text, .wanted_length = name->length};
    put_source(buffer, name->file, name->line);
    buffer_put(buffer, "is not declared");
    try_names(&nearest, contract, &contract->names);
    put_advice(buffer, &nearest);
    tell_variable(problems, buffer, arena_copy(name->text, name->length), name->file, name->line,
                  action_for_undeclared(contract) == ACTION_WARN);
}

static bool is_undeclared(const struct contract *contract, const struct name *name)
{
    const struct toml_value *prefix = contract->given[KEY_PREFIX];
    return name->length >= prefix->length && !memcmp(name->text, prefix->text, prefix->length) &&
           !names_find(&contract->names, name->text, name->length);
}

static void check_undeclared(const struct sources *sources, struct buffer *buffer,
                             struct problems *problems)
{
    const struct contract *contract = sources->contract;
    const struct toml_value *prefix = contract->given[KEY_PREFIX];
    size_t count = 0;
    if (!prefix || !prefix->length || action_for_undeclared(contract) == ACTION_IGNORE)
        return;
    const struct name *name,
        **names = arena_take((sources->process.count + sources->env_files.count) * sizeof *names);
    for (name = sources->process.first; name; name = name->next)
        if (is_undeclared(contract, name))
            names[count++] = name;
    for (name = sources->env_files.first; name; name = name->next)
        if (is_undeclared(contract, name) &&
            !names_find(&sources->process, name->text, name->length))
            names[count++] = name;
    sort(names, count);
    for (size_t i = 0; i < count; i++)
        tell_undeclared(contract, names[i], buffer, problems);
}

/* ---- the environment that main gets ---- */

static char *entry_of(const struct name *name)
{
    char *entry = arena_take(name->length + strlen(name->value) + sizeof "=");
    memcpy(entry, name->text, name->length);
    strcpy(stpcpy(entry + name->length, "="), name->value);
    return entry;
}

static char **environment(const struct sources *sources, char **envp)
{
    const struct contract *contract = sources->contract;
    const struct name *name;
    char **made = arena_take(
        (environment_count(envp) + contract->names.count + sources->env_files.count + 1) *
        sizeof *made);
    char **end = made;
    for (; *envp; envp++) {
        size_t length = (size_t)(text_find(*envp, '=') - *envp);
        const struct name *ours = NULL;
        /* What has no "=" is no variable, and not ours to drop. */
        if ((*envp)[length]) {
            name = names_find(&sources->process, *envp, length);
            ours = contract_name(contract, *envp, length);
            if (name->text != *envp || (ours && !ours->variable))
                continue;
        }
        *end++ = ours && ours->value ? entry_of(ours) : *envp;
    }
    for (name = contract->names.first; name; name = name->next)
        if (name->value && !names_find(&sources->process, name->text, name->length))
            *end++ = entry_of(name);
    for (name = sources->env_files.first; name; name = name->next)
        if (!contract_name(contract, name->text, name->length) &&
            !names_find(&sources->process, name->text, name->length))
            *end++ = entry_of(name);
    return made;
}

char **check(const struct contract *contract, char **envp, const char *env_file,
             struct problems *problems)
{
    char text[LINE_SIZE];
    struct buffer buffer = {.text = text, .size = sizeof text};
    struct sources sources;
    struct variable *variable;
    sources_open(&sources, contract, envp, env_file, problems);
    /* All values first: whether one is required may depend on a later one. */
    for (struct name *name = contract->names.first; name; name = name->next)
        if (name_is_declared(name)) {
            source_find(&sources, name->variable);
            name->value = name->variable->value.text;
        }
    sources_close(&sources);
    for (variable = contract->first; variable; variable = variable->next)
        check_variable(&sources, variable, &buffer, problems);
    check_undeclared(&sources, &buffer, problems);
    return environment(&sources, envp);
}
