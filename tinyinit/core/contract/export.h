/* The values of a contract's variables as an env file, which envfile.h reads back. */
#ifndef TINYINIT_EXPORT_H
#define TINYINIT_EXPORT_H

#include "base/message.h"
#include "contract/contract.h"

/* A variable whose value is a secret, or cannot be written in an env file, is a comment instead.
 * The text lies in the arena. */
struct buffer export_values(const struct contract *contract);

#endif
