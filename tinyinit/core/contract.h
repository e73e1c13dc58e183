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

struct variable {
    struct variable *next;
    struct rules rules; /* and the name */
    unsigned line;
    const struct toml_value *default_value; /* NULL: none; no array */
    const struct toml_value *aliases; /* the first; NULL: none */
    const char *required_if; /* NULL: not said */
    enum { REQUIRED_UNSAID, REQUIRED_NO, REQUIRED_YES } required;
    bool is_hidden; /* no report shows its value */
    struct value value;
    struct problems told; /* of where its value comes from */
};

enum unknown { UNKNOWN_WARN, UNKNOWN_ERROR, UNKNOWN_IGNORE };

struct contract {
    const char *file; /* what reports call it */
    struct variable *first;
    struct names names; /* of variables, and their older ones */
    const struct toml_entry *entries;
    const struct toml_value *env_files; /* the first; NULL: none */
    const char *secrets, *prefix; /* "": none */
    enum unknown unknown;
};

/* Reads a contract; what is wrong with it goes to `problems`, all of it. */
void contract_read(struct contract *contract, const char *file, const char *text, size_t length,
                   struct problems *problems);

/* Sets the options of [init], and tells what is wrong with them. */
void contract_set_options(const struct contract *contract, struct options *options,
                          struct problems *problems);

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
