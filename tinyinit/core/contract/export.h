/* What goes to standard output; and the values of a contract's variables as an env file, which
 * envfile.h reads back. */
#ifndef TINYINIT_EXPORT_H
#define TINYINIT_EXPORT_H

#include "base/message.h"
#include "contract/contract.h"

/* Writes all of it to standard output. False if that cannot be. */
bool print(const char *text, size_t length);

/* A secret, and what no env file can say, is a comment that names the variable. The text lies in
 * the arena. */
struct line export_values(const struct contract *contract);

#endif
