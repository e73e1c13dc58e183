/* Whether a text is JSON, as RFC 8259 has it. What it says is of no interest here. */
#ifndef TINYINIT_JSON_H
#define TINYINIT_JSON_H

#include <stdbool.h>

#include "formats/scan.h"

/* One value, its arrays and objects at most 64 deep. The text is valid UTF-8. */
bool is_json(const char *text);

/* What other readers of values need as well: */

static inline bool is_hex_digit(char byte)
{
    return scan_is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/* What comes after the digits at `text`, NULL if there is none. */
const char *after_digits(const char *text);

/* What comes after the number without a sign at `text`, NULL if there is none. */
const char *after_number(const char *text);

#endif
