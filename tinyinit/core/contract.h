/* What a contract's tables and keys mean: variables, where their values come from, options of
 * PID 1. All of it lies in the arena. */
#ifndef TINYINIT_CONTRACT_H
#define TINYINIT_CONTRACT_H

#include <stdbool.h>

#include "names.h"
#include "problem.h"
#include "rules.h"
#include "setting.h"
#include "toml.h"

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
    const char *alias; /* that the value is from; NULL: none */
    const char *ambiguous; /* this name and its NAME_FILE are both set; NULL: none */
    const char *unreadable; /* why value.source cannot be read; NULL: it can */
    unsigned line;
    bool is_hidden; /* no report shows its value */
    struct rules rules; /* and the name */
    const struct toml_value *given[VARIABLE_KEY_COUNT]; /* NULL: not said */
};

struct contract {
    const char *file; /* what reports call it */
    struct variable *first;
    struct names names; /* of variables, and their older ones */
    const struct toml_value *given[ENV_KEY_COUNT]; /* NULL: not said */
};

/* Reads a contract, and sets the options of [init]. What is wrong goes to `problems`, all of it. */
void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   struct options *options, struct problems *problems);

/* The first older name; NULL: none. */
const struct toml_value *variable_aliases(const struct variable *variable);

/* The declared variable of this name, else NULL. */
struct variable *contract_variable(const struct contract *contract, const char *name,
                                   size_t length);

/* Length of the name that a required_if begins with. */
size_t required_if_length(const char *required_if);

/* Whether it is the name of a variable, an older one, or the NAME_FILE of either. */
bool contract_knows(const struct contract *contract, const char *name, size_t length);

/* Whether it is the NAME_FILE of a known name, and no known name itself. */
bool contract_names_file(const struct contract *contract, const char *name, size_t length);

#endif
