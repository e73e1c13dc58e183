/* What the readers of text files share. They read line by line: scan_next() has looked at every
 * byte of a line before a reader does. */
#ifndef TINYINIT_SCAN_H
#define TINYINIT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* A text whose lines are copied one after the other. In the copy each ends with '\n', also one that
 * ended with "\r\n" or with the text; after the last comes '\0'. */
struct scan {
    const char *text, *end; /* what is not copied yet */
    char *line; /* the one that was copied last */
    char *next; /* where the next one will be */
    unsigned number; /* of the line, from 1 on */
    const char *wrong; /* what is in the line that no text file has; NULL: nothing */
};

/* `scan` is all zero. A byte order mark at the beginning of the text is no part of it. */
void scan_begin(struct scan *scan, const char *text, size_t length);

/* Copies a line. False if there is no more. */
bool scan_next(struct scan *scan);

static inline bool scan_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Whether it is an ASCII letter or '_'. */
bool scan_is_letter(char byte);

/* What comes after letters, digits, '_' and the byte `also`. */
char *scan_name(const char *text, char also);

/* What comes after spaces and tabs. */
char *scan_blanks(const char *text);

/* Which of `prefixes` the text begins with, NULL if with none. Each ends with '\0', the last with
 * two.
 */
const char *scan_prefix(const char *text, const char *prefixes);

#endif
