/* Names and what is known of them, found in one step however many there are. */
#ifndef TINYINIT_NAMES_H
#define TINYINIT_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct variable;

struct name {
    struct name *next; /* in the order in which they came */
    const char *text; /* of `length` bytes; need not end with a NUL */
    size_t length;
    const char *value; /* ends with '\0' */
    size_t value_length;
    const char *file; /* that the value is from; NULL: the process environment */
    unsigned line;
    struct variable *variable; /* whose name it is, in a contract's names */
};

/* All zero: none. */
struct names {
    struct name **slots;
    struct name *first, *last;
    unsigned last_slot; /* one less than a power of two; 0: there are no slots */
    unsigned count;
};

/* NULL if it is not there. */
struct name *names_find(const struct names *names, const char *text, size_t length);

/* The one that is there, else a new one without a value. */
struct name *names_add(struct names *names, const char *text, size_t length);

#endif
