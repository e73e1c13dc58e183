/* Days of the calendar. */
#ifndef TINYINIT_DATE_H
#define TINYINIT_DATE_H

#include <stdint.h>

struct date {
    unsigned year;
    unsigned month; /* 1 to 12 */
    unsigned day; /* 1 to 31 */
};

/* The date that is `days` after 1 January 1970. */
struct date date_after(uint64_t days);

#endif
