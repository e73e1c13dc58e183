#include "base/date.h"

enum {
    DAYS_PER_ERA = 146097, /* 400 years */
    DAYS_PER_CENTURY = 36524, /* but for an era's last, which has a leap day more */
    DAYS_PER_4_YEARS = 1461,
    DAYS_PER_YEAR = 365,
    DAYS_BEFORE_1970 = 719468, /* since 1 March of the year 0 */
};

/* Years begin with March here, so that a leap day is the last of its year. Months from March on
 * have 153 days in five: 31, 30, 31, 30, 31. */
struct date date_after(uint64_t days)
{
    days += DAYS_BEFORE_1970;
    unsigned era = (unsigned)(days / DAYS_PER_ERA), day = (unsigned)(days % DAYS_PER_ERA);
    /* The leap days before it are taken out, so that all years are as long. */
    unsigned year =
        (day - day / (DAYS_PER_4_YEARS - 1) + day / DAYS_PER_CENTURY - day / (DAYS_PER_ERA - 1)) /
        DAYS_PER_YEAR;
    day -= year * DAYS_PER_YEAR + year / 4 - year / 100;
    unsigned month = (5 * day + 2) / 153; /* 0 is March */
    return (struct date){
        .year = era * 400 + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day - (153 * month + 2) / 5 + 1,
    };
}
