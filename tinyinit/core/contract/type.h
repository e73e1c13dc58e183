/* The types of variables: whether a text is a value of one, and how it compares. */
#ifndef TINYINIT_TYPE_H
#define TINYINIT_TYPE_H

#include <stdbool.h>
#include <stdint.h>

enum type {
    TYPE_STRING,
    TYPE_INT,
    TYPE_FLOAT,
    TYPE_BOOL,
    TYPE_PORT,
    TYPE_URL,
    TYPE_IP,
    TYPE_HOSTNAME,
    TYPE_HOSTPORT,
    TYPE_EMAIL,
    TYPE_UUID,
    TYPE_PATH,
    TYPE_DURATION,
    TYPE_SIZE,
    TYPE_JSON,
    TYPE_LIST,
    TYPE_COUNT,
};

const char *type_name(enum type type);

/* The type of this name, else TYPE_COUNT. */
enum type type_find(const char *name);

/* "one of string int …", up to the one before `end`. */
const char *type_choices(enum type end);

/* Whether `value` is one; it ends with '\0' and is valid UTF-8. */
bool type_fits(const char *value, enum type type);

/* What is expected, as in "is "80a", not a port (1 to 65535)": "a port (1 to 65535)". */
const char *type_expects(enum type type);

/* What comes after the scheme that a URL begins with, NULL if there is none. */
const char *type_after_scheme(const char *text);

/* Both are valid values: <0, 0, >0. What has no order is compared byte by byte. */
int type_compare(enum type type, const char *left, const char *right);

#endif
