#include "contract.h"

#include <string.h>

#include "arena.h"
#include "distance.h"
#include "file.h"
#include "text.h"

#include "startup_only.h"

enum { VARIABLES_MOST = 1000 };

static const struct key env_keys[] = {
    [KEY_FILES] = {"files", KIND_STRINGS},
    [KEY_SECRETS] = {"secrets", KIND_STRING},
    [KEY_PREFIX] = {"prefix", KIND_STRING},
    [KEY_UNKNOWN] = {"unknown", KIND_ACTION},
};

/* Those of [var.NAME] that are none of a rule's. */
static const struct key variable_keys[] = {
    [KEY_DEFAULT] = {"default", KIND_SCALAR},
    [KEY_REQUIRED] = {"required", KIND_BOOLEAN},
    [KEY_SECRET] = {"secret", KIND_BOOLEAN},
    [KEY_REQUIRED_IF] = {"required_if", KIND_STRING},
    [KEY_DESCRIPTION] = {"description", KIND_STRING},
    [KEY_EXAMPLE] = {"example", KIND_STRING},
    [KEY_ALIASES] = {"aliases", KIND_NAMES},
};

struct reader {
    struct contract *contract;
    struct options *options;
    struct problems *problems;
    enum { IN_WRONG, OUTSIDE, IN_INIT, IN_ENV, IN_VARIABLE } place;
    const char *table; /* its name */
    struct variable *variable, **last;
    unsigned variables;
    unsigned before; /* problems, when the variable's table began */
};

/* ---- keys ---- */

static void expect(const struct reader *reader, const struct toml_entry *entry,
                   const char *expected)
{
    problem_at(reader->problems, entry->line, "[{}] {} must be {}", reader->table, entry->key,
               expected);
}

static void refuse_key(const struct reader *reader, const struct toml_entry *entry,
                       const char *nearest)
{
    problem_at(reader->problems, entry->line, "[{}] has an unknown key {'}{}{}{}", reader->table,
               entry->key, nearest ? "; did you mean " : "", nearest ? nearest : "",
               nearest ? "?" : "");
}

static void seek_key(struct nearest *nearest, const struct key *keys, unsigned count)
{
    for (; count--; keys++)
        nearest_try(nearest, keys->name, strlen(keys->name));
}

/* Takes one of the keys. For another, the first `rule_count` of the rules' are known too, of which
 * rules_set() has said that it is none. */
static void take_key(const struct reader *reader, const struct toml_entry *entry,
                     const struct key *keys, unsigned count, unsigned rule_count,
                     const struct toml_value **given)
{
    unsigned key = key_find(keys, count, entry->key);
    if (key == count) {
        struct nearest nearest = {.wanted = entry->key, .wanted_length = strlen(entry->key)};
        seek_key(&nearest, keys, count);
        seek_key(&nearest, rule_keys, rule_count);
        refuse_key(reader, entry, nearest.best);
        return;
    }
    const char *expected = kind_misfit(keys[key].kind, &entry->value);
    if (expected)
        expect(reader, entry, expected);
    else
        given[key] = &entry->value;
}

static void take_option(const struct reader *reader, const struct toml_entry *entry)
{
    settings_seen seen = 0;
    struct refusal refusal;
    size_t length = strlen(entry->key);
    enum option option = option_find(entry->key, length);
    bool is_list = entry->value.kind == TOML_ARRAY;
    if (option < FIRST_SETTING || option == OPTION_COUNT) {
        option = option_nearest(entry->key, length, FIRST_SETTING);
        refuse_key(reader, entry, option < OPTION_COUNT ? option_name(option) : NULL);
        return;
    }
    if (is_list && !option_is_list(option)) {
        expect(reader, entry, "one value");
        return;
    }
    for (const struct toml_value *value = is_list ? entry->value.items : &entry->value; value;
         value = value->next)
        if (!setting_set(reader->options, option, value->text, &seen, &refusal))
            problem_at(reader->problems, value->line, "[{}] {} is {'}, not {}", reader->table,
                       entry->key, refusal.value, refusal.expected);
}

/* ---- tables ---- */

static void finish_variable(const struct reader *reader)
{
    struct variable *variable = reader->variable;
    const struct toml_value *aliases = variable->given[KEY_ALIASES];
    const struct toml_value *secret = variable->given[KEY_SECRET];
    const struct toml_value *by_default = variable->given[KEY_DEFAULT];
    bool is_hidden = secret && *secret->text == 't';
    rules_finish(&variable->rules, variable->line, reader->problems);
    if (aliases)
        variable->names.next = aliases->items;
    for (const struct toml_value *name = &variable->names; name; name = name->next)
        is_hidden |= name_is_secret(name->text);
    variable->is_hidden = is_hidden;
    /* What is wrong with the rules would be told again of every value. */
    if (by_default && reader->problems->count == reader->before)
        rules_check_default(&variable->rules, by_default, is_hidden, reader->problems);
}

static void begin_variable(struct reader *reader, const struct toml_entry *entry)
{
    const char *name = entry->table[1];
    if (!is_name(name)) {
        problem_at(reader->problems, entry->line,
                   "has the variable {'}, not a name (letters, digits, _; up to 255)", name);
    } else if (reader->variables++ >= VARIABLES_MOST) {
        problem_at(reader->problems, entry->line, "has more than 1,000 variables");
    } else {
        size_t length = strlen(name);
        char *table = arena_take(sizeof "var." + length);
        strcpy(stpcpy(table, "var."), name);
        reader->table = table;
        reader->place = IN_VARIABLE;
        reader->before = reader->problems->count;
        struct variable *variable = reader->variable = arena_take(sizeof *variable);
        variable->rules.name = variable->names.text = name;
        variable->names.length = length;
        variable->line = entry->line;
        *reader->last = variable;
        reader->last = &variable->next;
    }
}

static const char tables[] = "[init], [env] or [var.NAME]";

__attribute__((noinline)) static void begin_table(struct reader *reader,
                                                  const struct toml_entry *entry)
{
    reader->table = entry->table[0];
    reader->place = word_find("var\0init\0env\0", reader->table); /* in the order of the places */
    if (entry->depth == 2 && reader->place == OUTSIDE) {
        reader->place = IN_WRONG;
        begin_variable(reader, entry);
    } else if (entry->depth != 1 || reader->place == IN_WRONG) {
        reader->place = IN_WRONG;
        problem_at(reader->problems, entry->line, "has an unknown table; expected {}", tables);
    }
}

static void take(struct reader *reader, const struct toml_entry *entry)
{
    struct variable *variable = reader->variable;
    if (!entry->key) {
        if (reader->place == IN_VARIABLE)
            finish_variable(reader);
        begin_table(reader, entry);
    } else if (reader->place == OUTSIDE) {
        problem_at(reader->problems, entry->line, "has a key outside of {}", tables);
    } else if (reader->place == IN_INIT) {
        take_option(reader, entry);
    } else if (reader->place == IN_ENV) {
        take_key(reader, entry, env_keys, ENV_KEY_COUNT, 0, reader->contract->given);
    } else if (reader->place == IN_VARIABLE &&
               !rules_set(&variable->rules, entry->key, &entry->value, reader->problems)) {
        take_key(reader, entry, variable_keys, VARIABLE_KEY_COUNT, RULE_COUNT, variable->given);
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
    /* Behind them, those of their files that are none of them. */
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
                   struct options *options, struct problems *problems)
{
    struct reader reader = {
        .contract = contract, .options = options, .problems = problems, .place = OUTSIDE};
    *contract = (struct contract){.file = file};
    reader.last = &contract->first;
    problems->file = file;
    for (const struct toml_entry *entry = toml_read(text, length, problems); entry;
         entry = entry->next)
        take(&reader, entry);
    if (reader.place == IN_VARIABLE)
        finish_variable(&reader);
    unsigned before = problems->count;
    add_names(contract, problems);
    /* Of two variables that share a name, which is meant cannot be told. */
    if (problems->count == before)
        find_conditions(contract, problems);
}
