#include "check.h"

#include <string.h>

#include "arena.h"
#include "distance.h"
#include "environment.h"
#include "file.h"
#include "message.h"
#include "source.h"
#include "text.h"

#include "startup_only.h"

/* One line serves all: they are large. */
static void begin(struct line *line)
{
    line->length = 0;
    line->full = false;
}

/* "from .env:3 ", nothing for the process environment. */
static void put_source(struct line *line, const char *source, unsigned at)
{
    if (source)
        line_add(line, at ? "from {}:{#} " : "from {} ", source, NUMBER(at));
}

static void put_advice(struct line *line, const struct nearest *nearest)
{
    if (nearest->best)
        line_add(line, "; did you mean {}?", arena_copy(nearest->best, nearest->best_length));
}

/* ---- a value ---- */

static bool starts_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

/* Whether Kubernetes may have set it, for a service whose name makes the same variable. */
static bool is_service_link(const struct variable *variable)
{
    const char *text = variable->value.text;
    return (variable->rules.type == TYPE_INT || variable->rules.type == TYPE_PORT) &&
           (starts_with(text, "tcp://") || starts_with(text, "udp://") ||
            starts_with(text, "sctp://"));
}

static bool fits(const struct variable *variable, struct line *line)
{
    const struct value *value = &variable->value;
    if (value->source && strlen(variable->rules.name) + 1 + value->length > STRING_LIMIT) {
        line_put(line, "is longer than 128 KiB");
    } else if (is_service_link(variable)) {
        line_put(line, "is a Kubernetes service link, not ");
        line_put(line, type_expects(variable->rules.type));
        line_put(line, "; rename the service or set enableServiceLinks: false");
    } else {
        return rules_meet(&variable->rules, value->text, value->length, variable->is_hidden, line);
    }
    return false;
}

/* ---- no value ---- */

/* Whether a variable must have one; `*because` is the other that says so, or NULL. */
static bool is_required(const struct contract *contract, const struct variable *variable,
                        const struct variable **because)
{
    const struct toml_value *required = variable->given[KEY_REQUIRED];
    *because = NULL;
    if (required ? *required->text == 't'
                 : !variable->given[KEY_DEFAULT] && !variable->given[KEY_REQUIRED_IF])
        return true;
    if (!variable->given[KEY_REQUIRED_IF])
        return false;
    const char *condition = variable->given[KEY_REQUIRED_IF]->text;
    size_t length = required_if_length(condition);
    *because = contract_variable(contract, condition, length);
    const char *value = (*because)->value.text;
    return value && (!condition[length] || !strcmp(value, condition + length + 1));
}

static void seek_undeclared(struct nearest *nearest, const struct contract *contract,
                            const struct names *names)
{
    for (const struct name *name = names->first; name; name = name->next)
        if (!contract_knows(contract, name->text, name->length))
            nearest_try(nearest, name->text, name->length);
}

static void tell(struct problems *problems, const struct variable *variable, bool is_warning,
                 struct line *line)
{
    struct problem *added = problem_add(problems, is_warning, line);
    added->variable = variable->rules.name;
    if (!is_warning) {
        added->file = variable->value.file;
        added->line = variable->value.line;
    }
    begin(line);
}

static void check_variable(const struct sources *sources, struct variable *variable,
                           struct line *line, struct problems *problems)
{
    const struct value *value = &variable->value;
    const struct variable *because;
    const char *name = variable->rules.name;
    if (variable->alias) {
        line_add(line, "comes from {}, an older name; set {}", variable->alias, name);
        tell(problems, variable, true, line);
    }
    if (variable->ambiguous) {
        line_add(line, "is ambiguous: {} and {}_FILE are both set", variable->ambiguous,
                 variable->ambiguous);
    } else if (variable->unreadable) {
        line_add(line, "from {} cannot be read: {}", value->source, variable->unreadable);
    } else if (value->text) {
        put_source(line, value->source, value->line);
        if (fits(variable, line)) {
            begin(line);
            return;
        }
    } else if (is_required(sources->contract, variable, &because)) {
        struct nearest nearest = {.wanted = name, .wanted_length = strlen(name)};
        seek_undeclared(&nearest, sources->contract, &sources->process);
        seek_undeclared(&nearest, sources->contract, &sources->env_files);
        line_put(line, "is missing");
        if (because)
            line_add(line, "; {} requires it", because->rules.name);
        put_advice(line, &nearest);
    } else {
        return;
    }
    tell(problems, variable, false, line);
}

/* ---- what is not declared ---- */

/* Shell's sort: small, and fast enough for any environment. */
static void sort(const struct name **names, size_t count)
{
    for (size_t gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
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

/* "warn", "error" or "ignore". */
static bool unknown_begins(const struct contract *contract, char letter)
{
    return contract->given[KEY_UNKNOWN] && *contract->given[KEY_UNKNOWN]->text == letter;
}

static void tell_undeclared(const struct contract *contract, const struct name *name,
                            struct line *line, struct problems *problems)
{
    struct nearest nearest = {.wanted = name->text, .wanted_length = name->length};
    for (const struct variable *variable = contract->first; variable; variable = variable->next)
        nearest_try(&nearest, variable->rules.name, strlen(variable->rules.name));
    put_source(line, name->file, name->line);
    line_put(line, "is not declared");
    put_advice(line, &nearest);
    struct problem *added = problem_add(problems, !unknown_begins(contract, 'e'), line);
    added->variable = arena_copy(name->text, name->length);
    added->file = name->file;
    added->line = name->line;
    begin(line);
}

static void check_undeclared(const struct sources *sources, struct line *line,
                             struct problems *problems)
{
    const struct contract *contract = sources->contract;
    const struct toml_value *prefix = contract->given[KEY_PREFIX];
    size_t count = 0;
    if (!prefix || !prefix->length || unknown_begins(contract, 'i'))
        return;
    const struct name **names =
        arena_take((sources->process.count + sources->env_files.count) * sizeof *names);
    for (const struct names *all = &sources->process; all;
         all = all == &sources->process ? &sources->env_files : NULL)
        for (const struct name *name = all->first; name; name = name->next)
            if (name->length >= prefix->length &&
                !memcmp(name->text, prefix->text, prefix->length) &&
                !contract_knows(contract, name->text, name->length) &&
                (all == &sources->process ||
                 !names_find(&sources->process, name->text, name->length)))
                names[count++] = name;
    sort(names, count);
    for (size_t i = 0; i < count; i++)
        tell_undeclared(contract, names[i], line, problems);
}

/* ---- the environment that main gets ---- */

static char *entry_of(const char *name, size_t name_length, const char *value, size_t length)
{
    char *entry = arena_take(name_length + length + 2);
    memcpy(entry, name, name_length);
    entry[name_length] = '=';
    memcpy(entry + name_length + 1, value, length);
    return entry;
}

static char *entry_of_variable(const struct variable *variable)
{
    const struct value *value = &variable->value;
    return entry_of(variable->rules.name, strlen(variable->rules.name), value->text, value->length);
}

static char **environment(const struct sources *sources, char **envp)
{
    const struct contract *contract = sources->contract;
    const struct name *name;
    const struct variable *variable;
    char **made = arena_take(
        (environment_count(envp) + contract->names.count + sources->env_files.count + 1) *
        sizeof *made);
    char **end = made;
    for (; *envp; envp++) {
        size_t length = (size_t)(text_find(*envp, '=') - *envp);
        name = (*envp)[length] ? names_find(&sources->process, *envp, length) : NULL;
        variable = name ? contract_variable(contract, *envp, length) : NULL;
        /* What has no "=" is no variable, and not ours to drop. */
        if (!name || (name->text == *envp && !contract_names_file(contract, *envp, length)))
            *end++ = variable && variable->value.text ? entry_of_variable(variable) : *envp;
    }
    for (variable = contract->first; variable; variable = variable->next)
        if (variable->value.text &&
            !names_find(&sources->process, variable->rules.name, strlen(variable->rules.name)))
            *end++ = entry_of_variable(variable);
    for (name = sources->env_files.first; name; name = name->next)
        if (!contract_variable(contract, name->text, name->length) &&
            !contract_names_file(contract, name->text, name->length) &&
            !names_find(&sources->process, name->text, name->length))
            *end++ = entry_of(name->text, name->length, name->value, name->value_length);
    return made;
}

char **check(const struct contract *contract, char **envp, const char *env_file,
             struct problems *problems)
{
    char text[LINE_SIZE];
    struct line line = {.text = text, .size = sizeof text};
    struct sources sources;
    struct variable *variable;
    sources_open(&sources, contract, envp, env_file, problems);
    /* All values first: whether one is required may depend on a later one. */
    for (variable = contract->first; variable; variable = variable->next)
        source_find(&sources, variable);
    sources_close(&sources);
    for (variable = contract->first; variable; variable = variable->next)
        check_variable(&sources, variable, &line, problems);
    check_undeclared(&sources, &line, problems);
    return environment(&sources, envp);
}
