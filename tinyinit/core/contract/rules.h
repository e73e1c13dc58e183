/* What a contract says of one variable's value: its type and the keys that limit it. */
#ifndef TINYINIT_RULES_H
#define TINYINIT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "contract/key.h"
#include "contract/type.h"
#include "formats/pattern.h"
#include "formats/problem.h"
#include "formats/toml_value.h"

enum must { MUST_NOTHING, MUST_EXIST, MUST_BE_FILE, MUST_BE_DIR, MUST_BE_WRITABLE };

enum rule {
    RULE_MIN,
    RULE_MAX,
    RULE_MIN_LENGTH,
    RULE_MAX_LENGTH,
    RULE_PATTERN,
    RULE_CHOICES,
    RULE_SCHEMES,
    RULE_MUST,
    RULE_SEPARATOR,
    RULE_ITEMS,
    RULE_TYPE,
    RULE_COUNT,
};

/* All zero but for the name: a string without rules. */
struct rules {
    const char *name; /* of the variable, for problems of the contract */
    struct problems *problems; /* that go here, at this line */
    unsigned line;
    enum type type; /* TYPE_COUNT: the contract's is none */
    enum type items; /* of a list */
    const char *separator; /* of a list; NULL: "," */
    enum must must; /* of a path */
    const struct toml_value *given[RULE_COUNT]; /* NULL: not given, or as it is by default */
    const struct pattern *pattern;
    const char *pattern_problem; /* why there is none */
};

/* The names of their keys, as parse_choice() wants them. */
extern const char rule_names[];

/* Takes one key of a [var.NAME] table. False if it is none of a rule's (another's key). */
bool rules_set(struct rules *rules, const char *key, const struct toml_value *value,
               struct problems *problems);

/* When all keys are there: keys that do not fit the type, a min over a max, … What is wrong is left
 * out from then on. */
void rules_finish(struct rules *rules, unsigned line, struct problems *problems);

/* True if `value` meets the rules; it ends with '\0' and has none inside. Else writes what is wrong
 * with it, as it follows the variable's name: `is "80a", not a port (1 to 65535)`; with `hidden`
 * the value is not shown. */
bool rules_meet(const struct rules *rules, const char *value, size_t length, bool hidden,
                struct buffer *complaint);

/* The default is checked like any other value, but for what must be on this machine. */
void rules_check_default(const struct rules *rules, const struct toml_value *value, bool hidden,
                         struct problems *problems);

#endif
