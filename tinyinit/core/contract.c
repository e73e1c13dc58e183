#include "contract.h"

#include <string.h>

#include "arena.h"
#include "distance.h"
#include "file.h"
#include "scan.h"
#include "text.h"
#include "value.h"

#include "startup_only.h"

enum { VARIABLES_MOST = 1000, NAME_MOST = 255 };

/* What the values of keys must be, each behind the letter that says so in `keys`. */
static const char kinds[][24] = {
    "oone value",           "ttrue or false",     "sa string",
    "aan array of strings", "nan array of names", "wwarn, error or ignore",
};

/* Those of [env], then those of [var.NAME] that are none of a rule's. */
static const struct {
    char name[12];
    char kind;
} keys[] = {
    {"files", 'a'},       {"secrets", 's'},  {"prefix", 's'},  {"unknown", 'w'},
    {"default", 'o'},     {"required", 't'}, {"secret", 't'},  {"required_if", 's'},
    {"description", 's'}, {"example", 's'},  {"aliases", 'n'},
};

struct reader {
    struct contract *contract;
    struct setter setter;
    struct problems *problems;
    enum { OUTSIDE, IN_WRONG, IN_INIT, IN_ENV, IN_VARIABLE } place;
    const char *table; /* its name */
    struct variable *variable, **last;
    unsigned variables;
    unsigned before; /* problems, when the variable's table began */
};

/* ---- keys ---- */

static bool is_name(const char *text, size_t length)
{
    if (scan_is_digit(*text) || length == 0 || length > NAME_MOST)
        return false;
    while (scan_is_letter(*text) || scan_is_digit(*text))
        text++;
    return !*text;
}

static bool is_of_kind(const struct toml_value *value, char kind)
{
    if (kind == 'o')
        return value->kind != TOML_ARRAY;
    if (kind == 't')
        return value->kind == TOML_BOOLEAN;
    if (kind == 's')
        return value->kind == TOML_STRING;
    if (kind == 'w')
        return parse_word(value->text, "warn\0error\0ignore\0") >= 0;
    bool fits = value->kind == TOML_ARRAY;
    for (const struct toml_value *item = value->items; item; item = item->next)
        fits &= item->kind == TOML_STRING && (kind == 'a' || is_name(item->text, item->length));
    return fits;
}

static void expect(const struct reader *reader, const struct toml_entry *entry, char kind)
{
    const char *expected = kinds[0];
    while (*expected != kind)
        expected += sizeof *kinds;
    problem_at(reader->problems, entry->line, "[{}] {} must be {}", reader->table, entry->key,
               expected + 1);
}

static void refuse_key(const struct reader *reader, const struct toml_entry *entry,
                       const char *nearest)
{
    problem_at(reader->problems, entry->line, "[{}] has an unknown key {'}{}{}{}", reader->table,
               entry->key, nearest ? "; did you mean " : "", nearest ? nearest : "",
               nearest ? "?" : "");
}

/* Takes one of the `count` keys from the first on. For another, the first `rule_count` of the
 * rules' are known too, of which rules_set() has said that it is none. */
static void take_key(const struct reader *reader, const struct toml_entry *entry, size_t first,
                     size_t count, unsigned rule_count, const struct toml_value **given)
{
    struct nearest nearest = {.wanted = entry->key, .wanted_length = strlen(entry->key)};
    for (size_t i = 0; i < count; i++) {
        const char *key = keys[first + i].name;
        char kind = keys[first + i].kind;
        if (!strcmp(entry->key, key)) {
            if (is_of_kind(&entry->value, kind))
                given[i] = &entry->value;
            else
                expect(reader, entry, kind);
            return;
        }
        nearest_try(&nearest, key, strlen(key));
    }
    for (unsigned rule = 0; rule < rule_count; rule++)
        nearest_try(&nearest, rules_key((enum rule)rule), strlen(rules_key((enum rule)rule)));
    refuse_key(reader, entry, nearest.best);
}

static void take_option(struct reader *reader, const struct toml_entry *entry)
{
    enum option option = option_find(entry->key);
    bool is_list = entry->value.kind == TOML_ARRAY;
    if (option < FIRST_SETTING) {
        refuse_key(reader, entry, option_nearest(entry->key, FIRST_SETTING));
        return;
    }
    if (is_list && !option_is_list(option)) {
        expect(reader, entry, 'o');
        return;
    }
    reader->setter.seen = 0;
    for (const struct toml_value *value = is_list ? entry->value.items : &entry->value; value;
         value = value->next) {
        const char *expected = setting_set(&reader->setter, option, value->text);
        if (expected)
            problem_at(reader->problems, value->line, "[{}] {} is {'}, not {}", reader->table,
                       entry->key, reader->setter.refused, expected);
    }
}

/* ---- tables ---- */

const struct toml_value *variable_aliases(const struct variable *variable)
{
    const struct toml_value *given = variable->given[KEY_ALIASES];
    return given ? given->items : NULL;
}

static void finish_variable(const struct reader *reader)
{
    struct variable *variable = reader->variable;
    const struct toml_value *value = variable->given[KEY_DEFAULT], *secret;
    secret = variable->given[KEY_SECRET];
    rules_finish(&variable->rules, variable->line, reader->problems);
    variable->is_hidden = name_is_secret(variable->rules.name) || (secret && *secret->text == 't');
    for (const struct toml_value *alias = variable_aliases(variable); alias; alias = alias->next)
        variable->is_hidden |= name_is_secret(alias->text);
    /* What is wrong with the rules would be told again of every value. */
    if (!value || reader->problems->count > reader->before)
        return;
    if (strlen(variable->rules.name) + 1 + value->length > STRING_LIMIT)
        problem_at(reader->problems, value->line, "[{}] default is longer than 128 KiB",
                   reader->table);
    else
        rules_check_default(&variable->rules, value, variable->is_hidden, reader->problems);
}

static void begin_variable(struct reader *reader, const struct toml_entry *entry)
{
    const char *name = entry->table[1];
    size_t length = strlen(name);
    if (!is_name(name, length)) {
        problem_at(reader->problems, entry->line,
                   "has the variable {'}, not a name (letters, digits, _; up to 255)", name);
    } else if (reader->variables++ >= VARIABLES_MOST) {
        problem_at(reader->problems, entry->line, "has more than 1,000 variables");
    } else {
        char *table = arena_take(sizeof "var." + length);
        strcpy(stpcpy(table, "var."), name);
        reader->table = table;
        reader->place = IN_VARIABLE;
        reader->before = reader->problems->count;
        struct variable *variable = reader->variable = arena_take(sizeof *variable);
        variable->rules.name = name;
        variable->line = entry->line;
        *reader->last = variable;
        reader->last = &variable->next;
    }
}

static const char tables[] = "[init], [env] or [var.NAME]";

static void begin_table(struct reader *reader, const struct toml_entry *entry)
{
    const char *table = reader->table = entry->table[0];
    bool is_var = !strcmp(table, "var");
    reader->place = IN_WRONG;
    if (entry->depth == 2 && is_var)
        begin_variable(reader, entry);
    else if (entry->depth == 1 && is_var)
        reader->place = OUTSIDE;
    else if (entry->depth == 1 && !strcmp(table, "init"))
        reader->place = IN_INIT;
    else if (entry->depth == 1 && !strcmp(table, "env"))
        reader->place = IN_ENV;
    else
        problem_at(reader->problems, entry->line, "has an unknown table; expected {}", tables);
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
        take_key(reader, entry, 0, ENV_KEY_COUNT, 0, reader->contract->given);
    } else if (reader->place == IN_VARIABLE &&
               !rules_set(&variable->rules, entry->key, &entry->value, reader->problems)) {
        take_key(reader, entry, ENV_KEY_COUNT, VARIABLE_KEY_COUNT, RULE_COUNT, variable->given);
    }
}

/* ---- names ---- */

static void add_name(struct contract *contract, struct variable *variable, const char *text,
                     struct problems *problems)
{
    struct name *name = names_add(&contract->names, text, strlen(text));
    if (name->variable)
        problem_at(problems, variable->line, "[var.{}] has the name {}, which is taken",
                   variable->rules.name, text);
    name->variable = variable;
}

static void add_names(struct contract *contract, struct problems *problems)
{
    struct variable *variable;
    for (variable = contract->first; variable; variable = variable->next) {
        add_name(contract, variable, variable->rules.name, problems);
        const struct toml_value *alias = variable_aliases(variable);
        for (; alias; alias = alias->next)
            add_name(contract, variable, alias->text, problems);
    }
}

/* Whether it depends on another that is declared. */
static void check_conditions(const struct contract *contract, struct problems *problems)
{
    for (const struct variable *variable = contract->first; variable; variable = variable->next) {
        const struct toml_value *condition = variable->given[KEY_REQUIRED_IF];
        size_t length = condition ? required_if_length(condition->text) : 0;
        if (condition && !contract_variable(contract, condition->text, length))
            problem_at(problems, variable->line,
                       "[var.{}] required_if names {'}, which is not declared",
                       variable->rules.name, arena_copy(condition->text, length));
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

void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   struct options *options, struct problems *problems)
{
    struct reader reader = {.contract = contract, .setter.options = options, .problems = problems};
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
        check_conditions(contract, problems);
}
