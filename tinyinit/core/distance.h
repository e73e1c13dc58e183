/* How far apart two words are, for "did you mean". */
#ifndef TINYINIT_DISTANCE_H
#define TINYINIT_DISTANCE_H

#include <stddef.h>

/* Optimal string alignment distance of two byte strings: insertions, deletions, substitutions and
 * swaps of neighbours count 1. Anything over `limit` (at most 8) is given as limit + 1. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length,
                       unsigned limit);

#endif
