/* Limits of a contract and of env files alike. */
#ifndef TINYINIT_LIMITS_H
#define TINYINIT_LIMITS_H

enum {
    PROBLEMS_MAX = 20, /* of one file that are told; reading then stops */
    VARIABLES_MAX = 1000,
    NAME_LENGTH_MAX = 255, /* of a variable, in bytes */
};

#endif
