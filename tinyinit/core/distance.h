/* How far two words are apart, for "did you mean". */
#ifndef TINYINIT_DISTANCE_H
#define TINYINIT_DISTANCE_H

#include <stddef.h>

enum { DISTANCE_FAR = 3 };

/* Optimal string alignment distance of two byte strings: insertions, deletions, substitutions and
 * swaps of neighbours count 1. More than two is DISTANCE_FAR. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
