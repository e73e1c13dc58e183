/* What a contract's tables and keys mean: variables, where their values come from, options of
 * PID 1. All of it lies in the arena. */
#ifndef TINYINIT_CONTRACT_H
#define TINYINIT_CONTRACT_H

#include <stdbool.h>

#include "contract/rules.h"
#include "formats/names.h"
#include "formats/problem.h"
#include "formats/toml.h"

/* Where a value was found. */
struct value {
    const char *text; /* NULL: nowhere */
    size_t length;
    const char *source; /* NULL: the process environment, under the variable's own name */
    const char *file; /* the source, if it is one */
    unsigned line;
};

/* The keys of [env], and those of [var.NAME] that are none of a rule's. */
enum env_key { KEY_FILES, KEY_SECRETS, KEY_PREFIX, KEY_UNKNOWN, ENV_KEY_COUNT };
enum variable_key {
    KEY_DEFAULT,
    KEY_REQUIRED,
    KEY_SECRET,
    KEY_REQUIRED_IF,
    KEY_DESCRIPTION,
    KEY_EXAMPLE,
    KEY_ALIASES,
    VARIABLE_KEY_COUNT,
};

struct variable {
    struct variable *next;
    struct value value;
    const char *ambiguous; /* this name and its NAME_FILE are both set; NULL: none */
    const char *unreadable; /* why value.source cannot be read; NULL: it can */
    unsigned line;
    bool is_hidden; /* no report shows its value */
    struct toml_value names; /* its own, followed by the older ones */
    struct rules rules; /* and the name */
    const struct toml_value *given[VARIABLE_KEY_COUNT]; /* NULL: not said */
    const char *alias; /* that the value is from; NULL: none */
    const struct variable *condition; /* that it is required by; NULL: none */
    const char *condition_value; /* if it is this; NULL: anything */
};

struct contract {
    const char *file; /* what reports call it */
    struct variable *first;
    struct names names; /* of variables, older ones, and the NAME_FILE of each: of no variable */
    const struct toml_value *given[ENV_KEY_COUNT]; /* NULL: not said */
};

/* Takes a key of [init] into `options`: what those are is not for a contract to know. */
typedef void take_init_key(void *options, const struct toml_entry *entry,
                           struct problems *problems);

/* Reads a contract, and has the keys of [init] taken. What is wrong goes to `problems`, all of it.
 */
void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   take_init_key *take_init, void *options, struct problems *problems);

/* Whether the name is the one that its variable is declared under. */
bool name_is_declared(const struct name *name);

/* The one that is declared, or is the NAME_FILE of a variable's name or older one; else NULL. */
const struct name *contract_name(const struct contract *contract, const char *text, size_t length);

#endif
