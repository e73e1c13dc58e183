/* Readers of single values, and the writer of numbers. A reader takes the whole text or nothing,
 * and knows nothing of where the text comes from. */
#ifndef TINYINIT_VALUE_H
#define TINYINIT_VALUE_H

#include <stdbool.h>
#include <stdint.h>

struct digits {
    const char *end; /* what comes after them; NULL: there were none, or they exceed 2^64-1 */
    uint64_t number;
};

/* Decimal digits, whatever comes after them. */
struct digits parse_digits(const char *text);

/* Decimal digits only: nothing comes after them. */
struct digits parse_number(const char *text);

/* The same up to `max`, else -1. */
int64_t parse_up_to(const char *text, int64_t max);

/* Which of `choices` it is, from 0; each ends with '\0', the last with two. -1 if it is none. */
int parse_choice(const char *text, const char *choices);

/* The same in any case. */
int parse_choice_in_any_case(const char *text, const char *choices);

/* The opposite: the choice of that number. Such lists stand for tables of pointers, which a
 * position-independent file would have to relocate. */
const char *choice_text(const char *choices, unsigned which);

/* 1 for true yes on 1, 0 for false no off 0, in any case; else -1. */
int parse_bool(const char *text);

/* "250ms", "30s", "1h30m", "2d"; a bare number is seconds. In milliseconds, up to 100 years, or
 * -1. */
int64_t parse_duration(const char *text);

/* "512", "10k", "64M", "2GiB", "1KB": bytes, up to 2^63-1, or -1. Every unit is a power of 1024. */
int64_t parse_size(const char *text);

enum { NUMBER_SIZE = 21 }; /* 2^64-1 and the end */

/* Writes `number` in decimal into the end of the buffer. Returns its first digit. */
char *number_text(uint64_t number, char buffer[NUMBER_SIZE]);

#endif
