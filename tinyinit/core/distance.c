#include "distance.h"

#include <string.h>

#include "startup_only.h"

enum { LIMIT = DISTANCE_FAR - 1, WIDTH = 2 * LIMIT + 1 };

static void lower(unsigned *best, unsigned other)
{
    if (other < *best)
        *best = other;
}

/* Only cells within the limit of the diagonal can be within the limit: three rows of that band are
 * all it needs, whatever the length of the words. Cell k of row i is column i + k - LIMIT; one more
 * on each side is always far. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[3][WIDTH + 2];
    if (a_length > b_length + LIMIT || b_length > a_length + LIMIT)
        return DISTANCE_FAR;
    for (size_t i = 0; i <= a_length; i++) {
        unsigned *row = rows[i % 3] + 1, *above = rows[(i + 2) % 3] + 1;
        row[-1] = row[WIDTH] = DISTANCE_FAR;
        for (unsigned k = 0; k < WIDTH; k++) {
            size_t j = i + k - LIMIT; /* before the first column: a number that is far too large */
            unsigned best = DISTANCE_FAR;
            if (j > b_length)
                ;
            else if (i == 0 || j == 0)
                lower(&best, (unsigned)(i + j));
            else {
                lower(&best, above[k] + (a[i - 1] != b[j - 1]));
                lower(&best, row[(int)k - 1] + 1);
                lower(&best, above[k + 1] + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    lower(&best, rows[(i + 1) % 3][k + 1] + 1);
            }
            row[k] = best;
        }
    }
    return rows[a_length % 3][b_length + LIMIT - a_length + 1];
}

int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

bool nearest_try(struct nearest *nearest, const char *name, size_t length)
{
    unsigned distance = edit_distance(nearest->wanted, nearest->wanted_length, name, length);
    unsigned least = nearest->best ? nearest->distance : DISTANCE_FAR - 1;
    if (distance > least || distance * 3 > nearest->wanted_length ||
        (nearest->best && distance == least &&
         compare_names(name, length, nearest->best, nearest->best_length) >= 0))
        return false;
    nearest->best = name;
    nearest->best_length = length;
    nearest->distance = distance;
    return true;
}
