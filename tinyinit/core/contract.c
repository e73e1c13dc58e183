#include "contract.h"

#include <string.h>

#include "arena.h"
#include "distance.h"
#include "file.h"
#include "scan.h"
#include "text.h"

#include "startup_only.h"

enum { VARIABLES_MOST = 1000, NAME_MOST = 255 };

static const char tables[] = "[init], [env] or [var.NAME]";

enum key {
    KEY_DEFAULT,
    KEY_REQUIRED,
    KEY_SECRET,
    KEY_REQUIRED_IF,
    KEY_DESCRIPTION,
    KEY_EXAMPLE,
    KEY_ALIASES,
    KEY_COUNT,
};

/* The first are of a variable, in the order of enum key; then those of its rules. */
static const char variable_keys[][12] = {
    "default",    "required", "secret",  "required_if", "description", "example",
    "aliases",    "type",     "choices", "min",         "max",         "min_length",
    "max_length", "pattern",  "schemes", "must",        "items",       "separator",
};

enum { KEY_FILES, KEY_SECRETS, KEY_PREFIX, KEY_UNKNOWN, ENV_KEY_COUNT };

static const char env_keys[][12] = {"files", "secrets", "prefix", "unknown"};

struct reader {
    struct contract *contract;
    struct problems *problems;
    const char *const *table; /* its parts */
    struct variable *variable; /* whose table it is; NULL: nobody's */
    struct variable **last;
    unsigned variables;
    unsigned before; /* problems, when the variable's table began */
};

/* ---- problems ---- */

static void tell(const struct reader *reader, unsigned line, const char *key, const char *says,
                 const char *what)
{
    const char *name = reader->table[1];
    problem_at(reader->problems, line, "[{}{}{}] {}{}{}", reader->table[0], name ? "." : "",
               name ? name : "", key, says, what);
}

static void expect(const struct reader *reader, const struct toml_entry *entry,
                   const char *expected)
{
    tell(reader, entry->value.line, entry->key, " must be ", expected);
}

static void refuse_key(const struct reader *reader, const struct toml_entry *entry,
                       const char (*keys)[12], size_t count)
{
    const char *name = reader->table[1];
    struct nearest nearest = {.wanted = entry->key, .wanted_length = strlen(entry->key)};
    for (size_t i = 0; i < count; i++)
        nearest_try(&nearest, keys[i], strlen(keys[i]));
    problem_at(reader->problems, entry->line, "[{}{}{}] has an unknown key {'}{}{}{}",
               reader->table[0], name ? "." : "", name ? name : "", entry->key,
               nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
               nearest.best ? "?" : "");
}

/* ---- values ---- */

static size_t find_key(const char *key, const char (*keys)[12], size_t count)
{
    size_t i = 0;
    while (i < count && strcmp(key, keys[i]) != 0)
        i++;
    return i;
}

static const char *text_of(const struct reader *reader, const struct toml_entry *entry)
{
    if (entry->value.kind != TOML_STRING)
        expect(reader, entry, "a string");
    return entry->value.text;
}

static bool switch_of(const struct reader *reader, const struct toml_entry *entry)
{
    if (entry->value.kind != TOML_BOOLEAN)
        expect(reader, entry, "true or false");
    return *entry->value.text == 't';
}

static bool is_name(const char *text, size_t length)
{
    if (scan_is_digit(*text) || length == 0 || length > NAME_MOST)
        return false;
    while (scan_is_letter(*text) || scan_is_digit(*text))
        text++;
    return !*text;
}

/* The first item, or NULL. */
static const struct toml_value *texts_of(const struct reader *reader,
                                         const struct toml_entry *entry, bool names)
{
    bool fits = entry->value.kind == TOML_ARRAY;
    const struct toml_value *first = fits ? entry->value.items : NULL;
    for (const struct toml_value *item = first; item; item = item->next)
        fits = fits && item->kind == TOML_STRING && (!names || is_name(item->text, item->length));
    if (fits)
        return first;
    expect(reader, entry, names ? "a list of names" : "a list of strings");
    return NULL;
}

/* ---- [env] ---- */

static void take_env(struct reader *reader, const struct toml_entry *entry)
{
    static const char words[][7] = {"warn", "error", "ignore"};
    struct contract *contract = reader->contract;
    switch (find_key(entry->key, env_keys, ENV_KEY_COUNT)) {
    case KEY_FILES:
        contract->env_files = texts_of(reader, entry, false);
        break;
    case KEY_SECRETS:
        contract->secrets = text_of(reader, entry);
        break;
    case KEY_PREFIX:
        contract->prefix = text_of(reader, entry);
        break;
    case KEY_UNKNOWN:
        for (contract->unknown = UNKNOWN_WARN; contract->unknown <= UNKNOWN_IGNORE;
             contract->unknown++)
            if (!strcmp(entry->value.text, words[contract->unknown]))
                return;
        expect(reader, entry, "warn, error or ignore");
        break;
    default:
        refuse_key(reader, entry, env_keys, ENV_KEY_COUNT);
    }
}

/* ---- [var.NAME] ---- */

static void take_of_variable(const struct reader *reader, const struct toml_entry *entry)
{
    struct variable *variable = reader->variable;
    if (rules_set(&variable->rules, entry->key, &entry->value, reader->problems))
        return;
    switch (find_key(entry->key, variable_keys, KEY_COUNT)) {
    case KEY_DEFAULT:
        variable->default_value = &entry->value;
        break;
    case KEY_REQUIRED:
        variable->required = switch_of(reader, entry) ? REQUIRED_YES : REQUIRED_NO;
        break;
    case KEY_SECRET:
        variable->is_hidden = switch_of(reader, entry);
        break;
    case KEY_REQUIRED_IF:
        variable->required_if = text_of(reader, entry);
        break;
    case KEY_DESCRIPTION:
    case KEY_EXAMPLE:
        text_of(reader, entry);
        break;
    case KEY_ALIASES:
        variable->aliases = texts_of(reader, entry, true);
        break;
    default:
        refuse_key(reader, entry, variable_keys, sizeof variable_keys / sizeof *variable_keys);
    }
}

static const struct toml_value *joined(const struct rules *rules, const struct toml_value *array)
{
    const char *separator = rules->given[RULE_SEPARATOR] ? rules->given[RULE_SEPARATOR]->text : ",";
    const struct toml_value *item;
    size_t length = 1;
    for (item = array->items; item; item = item->next)
        length += item->length + strlen(separator);
    char *text = arena_take(length), *end = text;
    for (item = array->items; item; item = item->next)
        end = stpcpy(item == array->items ? end : stpcpy(end, separator), item->text);
    struct toml_value *value = arena_take(sizeof *value);
    *value = (struct toml_value){.line = array->line, .text = text, .length = (size_t)(end - text)};
    return value;
}

static void check_default(const struct reader *reader, struct variable *variable)
{
    const struct toml_value *value = variable->default_value;
    if (value->kind == TOML_ARRAY && variable->rules.type != TYPE_LIST) {
        tell(reader, value->line, "default", " must be ", "one value");
        return;
    }
    if (value->kind == TOML_ARRAY)
        value = variable->default_value = joined(&variable->rules, value);
    if (strlen(variable->rules.name) + 1 + value->length > STRING_LIMIT)
        tell(reader, value->line, "default", " is longer than 128 KiB", "");
    else
        rules_check_default(&variable->rules, value, variable->is_hidden, reader->problems);
}

static void finish_variable(struct reader *reader)
{
    struct variable *variable = reader->variable;
    if (!variable)
        return;
    rules_finish(&variable->rules, variable->line, reader->problems);
    variable->is_hidden |= name_is_secret(variable->rules.name);
    for (const struct toml_value *alias = variable->aliases; alias; alias = alias->next)
        variable->is_hidden |= name_is_secret(alias->text);
    /* What is wrong with the rules would be told again of every value. */
    if (variable->default_value && reader->problems->count == reader->before)
        check_default(reader, variable);
    reader->variable = NULL;
}

/* ---- tables ---- */

static void begin_table(struct reader *reader, const struct toml_entry *entry)
{
    const char *name = entry->table[1];
    bool is_var = !strcmp(entry->table[0], "var");
    finish_variable(reader);
    reader->table = entry->table;
    if (entry->depth == 1 &&
        (is_var || !strcmp(entry->table[0], "init") || !strcmp(entry->table[0], "env")))
        return;
    if (entry->depth != 2 || !is_var) {
        problem_at(reader->problems, entry->line, "has an unknown table; expected {}", tables);
    } else if (!is_name(name, strlen(name))) {
        problem_at(reader->problems, entry->line,
                   "has the variable {'}, not a name (letters, digits, _; up to 255)", name);
    } else if (reader->variables++ >= VARIABLES_MOST) {
        problem_at(reader->problems, entry->line, "has more than 1,000 variables");
    } else {
        struct variable *variable = reader->variable = arena_take(sizeof *variable);
        reader->before = reader->problems->count;
        variable->rules.name = name;
        variable->line = entry->line;
        *reader->last = variable;
        reader->last = &variable->next;
    }
}

static void take(struct reader *reader, const struct toml_entry *entry)
{
    if (!entry->key)
        begin_table(reader, entry);
    else if (entry->depth == 0 || (entry->depth == 1 && !strcmp(entry->table[0], "var")))
        problem_at(reader->problems, entry->line, "has a key outside of {}", tables);
    else if (entry->depth == 1 && !strcmp(entry->table[0], "env"))
        take_env(reader, entry);
    else if (reader->variable)
        take_of_variable(reader, entry);
}

/* ---- the whole ---- */

static void add_names(struct contract *contract, struct problems *problems)
{
    struct variable *variable;
    const struct toml_value *alias;
    size_t count = 0;
    for (variable = contract->first; variable; variable = variable->next)
        for (count++, alias = variable->aliases; alias; alias = alias->next)
            count++;
    names_begin(&contract->names, count);
    for (variable = contract->first; variable; variable = variable->next)
        names_add(&contract->names, variable->rules.name, strlen(variable->rules.name))->variable =
            variable;
    for (variable = contract->first; variable; variable = variable->next)
        for (alias = variable->aliases; alias; alias = alias->next) {
            struct name *name = names_add(&contract->names, alias->text, alias->length);
            if (name->variable)
                problem_at(problems, variable->line, "[var.{}] aliases has {}, which is taken",
                           variable->rules.name, alias->text);
            else
                name->variable = variable;
        }
}

struct variable *contract_variable(const struct contract *contract, const char *name, size_t length)
{
    const struct name *found = names_find(&contract->names, name, length);
    bool is_own = found && found->text == found->variable->rules.name;
    return is_own ? found->variable : NULL;
}

bool contract_names_file(const struct contract *contract, const char *name, size_t length)
{
    enum { SUFFIX = 5 };
    return length > SUFFIX && !memcmp(name + length - SUFFIX, "_FILE", SUFFIX) &&
           !names_find(&contract->names, name, length) &&
           names_find(&contract->names, name, length - SUFFIX);
}

bool contract_knows(const struct contract *contract, const char *name, size_t length)
{
    return names_find(&contract->names, name, length) ||
           contract_names_file(contract, name, length);
}

size_t required_if_length(const char *required_if)
{
    return (size_t)(text_find(required_if, '=') - required_if);
}

static void check_required_if(const struct contract *contract, struct problems *problems)
{
    for (const struct variable *variable = contract->first; variable; variable = variable->next) {
        const char *text = variable->required_if;
        if (text && !contract_variable(contract, text, required_if_length(text)))
            problem_at(problems, variable->line,
                       "[var.{}] required_if names {'}, which is not declared",
                       variable->rules.name, arena_copy(text, required_if_length(text)));
    }
}

void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   struct problems *problems)
{
    static const char *const no_table[TOML_DEPTH];
    struct reader reader = {.contract = contract, .problems = problems, .table = no_table};
    *contract = (struct contract){.file = file, .secrets = "", .prefix = ""};
    reader.last = &contract->first;
    problems->file = file;
    contract->entries = toml_read(text, length, problems);
    for (const struct toml_entry *entry = contract->entries; entry; entry = entry->next)
        take(&reader, entry);
    finish_variable(&reader);
    add_names(contract, problems);
    check_required_if(contract, problems);
}

/* ---- [init] ---- */

static void set_option(struct options *options, const struct toml_entry *entry,
                       const struct toml_value *value, settings_seen *seen,
                       struct problems *problems)
{
    struct refusal refusal;
    enum option option = option_find(entry->key, strlen(entry->key));
    if (!setting_set(options, option, value->text, seen, &refusal))
        problem_at(problems, value->line, "[init] {} is {'}, not {}", entry->key, refusal.value,
                   refusal.expected);
}

void contract_set_options(const struct contract *contract, struct options *options,
                          struct problems *problems)
{
    settings_seen seen = 0;
    for (const struct toml_entry *entry = contract->entries; entry; entry = entry->next) {
        if (!entry->key || entry->depth != 1 || strcmp(entry->table[0], "init") != 0)
            continue;
        size_t length = strlen(entry->key);
        enum option option = option_find(entry->key, length), near;
        bool is_list = entry->value.kind == TOML_ARRAY;
        if (option < FIRST_SETTING || option == OPTION_COUNT) {
            near = option_nearest(entry->key, length, FIRST_SETTING);
            problem_at(problems, entry->line, "[init] has an unknown option {'}{}{}{}", entry->key,
                       near < OPTION_COUNT ? "; did you mean " : "",
                       near < OPTION_COUNT ? option_name(near) : "",
                       near < OPTION_COUNT ? "?" : "");
        } else if (is_list && !option_is_list(option)) {
            problem_at(problems, entry->line, "[init] {} must be one value", entry->key);
        } else if (is_list) {
            for (const struct toml_value *item = entry->value.items; item; item = item->next)
                set_option(options, entry, item, &seen, problems);
        } else {
            set_option(options, entry, &entry->value, &seen, problems);
        }
    }
}
