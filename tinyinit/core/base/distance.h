/* How far two words are apart, for "did you mean". */
#ifndef TINYINIT_DISTANCE_H
#define TINYINIT_DISTANCE_H

#include <stddef.h>

/* A search for the name that was meant. */
struct nearest {
    const char *wanted;
    size_t wanted_length;
    const char *best; /* NULL: none so far */
    size_t best_length;
    int distance;
};

/* Takes `name` if it is within two slips of what is wanted, a third of that at most, and nearer
 * than the best so far, or as near and before it in the order of bytes. A slip is a byte too many,
 * too few or wrong, or two neighbours that are swapped (the optimal string alignment). */
void nearest_try(struct nearest *nearest, const char *name, size_t length);

/* As names are sorted: <0, 0, >0. */
int compare_names(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
