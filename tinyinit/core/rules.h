/* What a contract says of one variable's value: its type and the keys that limit it. */
#ifndef TINYINIT_RULES_H
#define TINYINIT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"
#include "pattern.h"
#include "toml.h"
#include "type.h"

struct rules {
    enum type type;
    enum type items; /* of a list */
    const char *separator; /* of a list; one or more characters */
    unsigned given; /* bit per key of rules_set() that the contract has */
    const struct toml_value *choices, *schemes, *min, *max, *min_length, *max_length, *must;
    const struct pattern *pattern;
};

/* Takes one key of a [var.NAME] table. False if it is none of a rule's (another's key). */
bool rules_set(struct rules *rules, const char *key, const struct toml_value *value,
               struct problems *problems);

/* When all keys are there: keys that do not fit the type, a min over a max, … */
void rules_finish(struct rules *rules, unsigned line, struct problems *problems);

/* True if `value` meets the rules. Else writes what is wrong with it, as it follows the variable's
 * name: `is "80a", not a port (1 to 65535)`; with `hidden` the value is not shown. */
bool rules_meet(const struct rules *rules, const char *value, size_t length, bool hidden,
                struct line *complaint);

#endif
