/* Which values no text may show. */
#ifndef TINYINIT_HIDDEN_H
#define TINYINIT_HIDDEN_H

#include <stdbool.h>

/* Whether a variable of this name is taken for a secret, whatever its contract says. */
bool name_is_secret(const char *name);

/* The value without what is between a name's colon and the last at sign: the password of a URL. Not
 * only of valid URLs: a slip in one must not show its password. */
const char *without_password(const char *value);

#endif
