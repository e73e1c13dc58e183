#include "contract/contract.h"

#include <string.h>

#include "base/arena.h"
#include "base/distance.h"
#include "base/file.h"
#include "base/text.h"
#include "base/value.h"
#include "contract/hidden.h"
#include "formats/limits.h"

#include "base/startup_only.h"

/* In the order of enum env_key. */
static const char env_names[] = "files\0secrets\0prefix\0unknown\0";
static const unsigned char env_kinds[] = {
    [KEY_FILES] = KIND_STRINGS,
    [KEY_SECRETS] = KIND_STRING,
    [KEY_PREFIX] = KIND_STRING,
    [KEY_UNKNOWN] = KIND_ACTION,
};

/* In the order of enum variable_key. */
static const char variable_names[] =
    "default\0required\0secret\0required_if\0description\0example\0aliases\0";
static const unsigned char variable_kinds[] = {
    [KEY_DEFAULT] = KIND_SCALAR,     [KEY_REQUIRED] = KIND_BOOLEAN,   [KEY_SECRET] = KIND_BOOLEAN,
    [KEY_REQUIRED_IF] = KIND_STRING, [KEY_DESCRIPTION] = KIND_STRING, [KEY_EXAMPLE] = KIND_STRING,
    [KEY_ALIASES] = KIND_NAMES,
};

struct contract_reader {
    struct contract *contract;
    take_init_key *take_init;
    void *options; /* that take_init() sets */
    struct problems *problems;
    enum place { IN_WRONG, OUTSIDE, IN_INIT, IN_ENV, IN_VARIABLE } place;
    const char *table; /* its name */
    struct variable *variable; /* that the table is of; NULL: none */
    struct variable **last;
    unsigned variables;
    unsigned before; /* problems, when the variable's table began */
};

/* ---- keys ---- */

static void refuse_unknown_key(const struct contract_reader *reader, const struct toml_entry *entry,
                               const char *nearest)
{
    if (nearest)
        problem_at(reader->problems, entry->line, "[{}] has an unknown key {'}; did you mean {}?",
                   reader->table, entry->key, nearest);
    else
        problem_at(reader->problems, entry->line, "[{}] has an unknown key {'}", reader->table,
                   entry->key);
}

static void seek_key(struct nearest *nearest, const char *keys)
{
    for (size_t length; (length = strlen(keys)) > 0; keys += length + 1)
        nearest_try(nearest, keys, length);
}

/* Takes one of the keys. In [var.NAME] the keys of rules are suggested too; rules_set() has ruled
 * out that this is one. */
static void take_key(const struct contract_reader *reader, const struct toml_entry *entry,
                     const char *names, const unsigned char *kinds, const struct toml_value **given)
{
    int key = parse_choice(entry->key, names);
    const char *expected = key < 0 ? NULL : kind_misfit(kinds[key], &entry->value);
    if (key < 0) {
        struct nearest nearest = {.wanted = entry->key, .wanted_length = strlen(entry->key)};
        seek_key(&nearest, names);
        if (reader->variable)
            seek_key(&nearest, rule_names);
        refuse_unknown_key(reader, entry, nearest.best);
    } else if (expected) {
        problem_at(reader->problems, entry->line, "[{}] {} must be {}", reader->table, entry->key,
                   expected);
    } else {
        given[key] = &entry->value;
    }
}

/* ---- tables ---- */

static void finish_variable(const struct contract_reader *reader, struct variable *variable)
{
    const struct toml_value *aliases = variable->given[KEY_ALIASES];
    const struct toml_value *secret = variable->given[KEY_SECRET];
    const struct toml_value *by_default = variable->given[KEY_DEFAULT];
    bool is_hidden = secret && boolean_value(secret);
    struct problems *problems = reader->problems;
    rules_finish(&variable->rules, variable->line, problems);
    if (aliases)
        variable->names.next = aliases->items;
    for (const struct toml_value *name = &variable->names; name; name = name->next)
        is_hidden |= name_is_secret(name->text);
    variable->is_hidden = is_hidden;
    /* What is wrong with the rules would be told again of every value. */
    if (!by_default || problems->count > reader->before)
        return;
    if (variable->names.length + 1 + by_default->length <= STRING_MAX)
        rules_check_default(&variable->rules, by_default, is_hidden, problems);
    else
        problem_at(problems, by_default->line, "[{}] default {}", reader->table,
                   "is longer than 128 KiB");
}

static void begin_variable(struct contract_reader *reader, const char *name, unsigned line)
{
    size_t length = strlen(name);
    char *table = arena_take(sizeof "var." + length);
    struct variable *variable = arena_take(sizeof *variable);
    strcpy(stpcpy(table, "var."), name);
    variable->rules.name = variable->names.text = name;
    variable->names.length = length;
    variable->line = line;
    *reader->last = variable;
    reader->last = &variable->next;
    reader->variable = variable;
    reader->table = table;
    reader->before = reader->problems->count;
}

static const char tables[] = "[init], [env] or [var.NAME]";

/* Where the keys after a table's head belong. */
static enum place table_place(const struct toml_entry *head)
{
    const char *name = head->table[0];
    if (head->depth == 2)
        return !strcmp(name, "var") ? IN_VARIABLE : IN_WRONG;
    if (head->depth == 1 && !strcmp(name, "init"))
        return IN_INIT;
    if (head->depth == 1 && !strcmp(name, "env"))
        return IN_ENV;
    /* [var] alone is a table without keys of its own. */
    return head->depth == 1 && !strcmp(name, "var") ? OUTSIDE : IN_WRONG;
}

static void begin_table(struct contract_reader *reader, const struct toml_entry *head)
{
    struct problems *problems = reader->problems;
    const char *name = head->table[1];
    reader->variable = NULL;
    reader->table = head->table[0];
    reader->place = table_place(head);
    if (reader->place == IN_WRONG) {
        problem_at(problems, head->line, "has an unknown table; expected {}", tables);
    } else if (reader->place == IN_VARIABLE && !is_name(name)) {
        reader->place = IN_WRONG;
        problem_at(problems, head->line,
                   "has the variable {'}, not a name (letters, digits, _; up to 255)", name);
    } else if (reader->place == IN_VARIABLE && reader->variables++ >= VARIABLES_MAX) {
        reader->place = IN_WRONG;
        problem_at(problems, head->line, "has more than 1,000 variables");
    } else if (reader->place == IN_VARIABLE) {
        begin_variable(reader, name, head->line);
    }
}

static void take_entry(struct contract_reader *reader, const struct toml_entry *entry)
{
    struct variable *variable = reader->variable;
    if (!entry->key) {
        if (variable)
            finish_variable(reader, variable);
        begin_table(reader, entry);
    } else if (variable) {
        if (!rules_set(&variable->rules, entry->key, &entry->value, reader->problems))
            take_key(reader, entry, variable_names, variable_kinds, variable->given);
    } else if (reader->place == OUTSIDE) {
        problem_at(reader->problems, entry->line, "has a key outside {}", tables);
    } else if (reader->place == IN_INIT) {
        reader->take_init(reader->options, entry, reader->problems);
    } else if (reader->place == IN_ENV) {
        take_key(reader, entry, env_names, env_kinds, reader->contract->given);
    }
}

/* ---- names ---- */

static void add_names(struct contract *contract, struct problems *problems)
{
    for (struct variable *variable = contract->first; variable; variable = variable->next)
        for (const struct toml_value *each = &variable->names; each; each = each->next) {
            struct name *name = names_add(&contract->names, each->text, each->length);
            if (name->variable)
                problem_at(problems, variable->line, "[var.{}] has the name {}, which is taken",
                           variable->rules.name, each->text);
            name->variable = variable;
        }
    /* After them the NAME_FILE of each, unless that is itself a name. */
    for (struct name *name = contract->names.first; name && name->variable; name = name->next) {
        size_t length = name->length + sizeof "_FILE" - 1;
        char *text = arena_take(length + 1);
        strcpy(stpcpy(text, name->text), "_FILE");
        names_add(&contract->names, text, length);
    }
}

/* Finds the variable that a required_if names. */
static void find_conditions(const struct contract *contract, struct problems *problems)
{
    for (struct variable *variable = contract->first; variable; variable = variable->next) {
        const struct toml_value *condition = variable->given[KEY_REQUIRED_IF];
        if (!condition)
            continue;
        const char *equals = text_find(condition->text, '=');
        size_t length = (size_t)(equals - condition->text);
        const struct name *name = contract_name(contract, condition->text, length);
        variable->condition = name ? name->variable : NULL;
        variable->condition_value = *equals ? equals + 1 : NULL;
        if (!variable->condition)
            problem_at(problems, variable->line,
                       "[var.{}] required_if names {'}, which is not declared",
                       variable->rules.name, arena_copy(condition->text, length));
    }
}

bool name_is_declared(const struct name *name)
{
    return name->variable && name->text == name->variable->names.text;
}

const struct name *contract_name(const struct contract *contract, const char *text, size_t length)
{
    const struct name *name = names_find(&contract->names, text, length);
    return name && (!name->variable || name_is_declared(name)) ? name : NULL;
}

void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   take_init_key *take_init, void *options, struct problems *problems)
{
    struct contract_reader reader = {.contract = contract,
                                     .take_init = take_init,
                                     .options = options,
                                     .problems = problems,
                                     .place = OUTSIDE};
    *contract = (struct contract){.file = file};
    reader.last = &contract->first;
    problems->file = file;
    for (const struct toml_entry *entry = toml_read(text, length, problems); entry;
         entry = entry->next)
        take_entry(&reader, entry);
    if (reader.variable)
        finish_variable(&reader, reader.variable);
    unsigned before = problems->count;
    add_names(contract, problems);
    /* Of two variables that share a name, which is meant cannot be told. */
    if (problems->count == before)
        find_conditions(contract, problems);
}
