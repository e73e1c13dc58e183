#include "distance.h"

#include <string.h>

#include "startup_only.h"

enum { LIMIT_MAX = 8, BAND = 2 * LIMIT_MAX + 1 };

static unsigned least(unsigned x, unsigned y)
{
    return x < y ? x : y;
}

/* Only cells within `limit` of the diagonal can be within the limit: three rows of that band are
 * all it needs, whatever the length of the words. Cell k of row i is column i + k - limit. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length,
                       unsigned limit)
{
    unsigned far = limit + 1;
    unsigned rows[3][BAND + 2];
    if ((a_length > b_length ? a_length - b_length : b_length - a_length) > limit)
        return far;
    unsigned width = 2 * limit + 1;
    for (size_t i = 0; i <= a_length; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        for (unsigned k = 0; k < width; k++) {
            if (i + k < limit || i + k - limit > b_length) {
                row[k] = far;
                continue;
            }
            size_t j = i + k - limit;
            unsigned best = far;
            if (i == 0)
                best = (unsigned)j;
            else if (j == 0)
                best = (unsigned)i;
            else {
                best = above[k] + (a[i - 1] != b[j - 1]);
                if (k > 0)
                    best = least(best, row[k - 1] + 1);
                if (k + 1 < width)
                    best = least(best, above[k + 1] + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = least(best, above2[k] + 1);
            }
            row[k] = least(best, far);
        }
    }
    return rows[a_length % 3][b_length + limit - a_length];
}

int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

void nearest_try(struct nearest *nearest, const char *name, size_t length)
{
    enum { SLIPS = 2 };
    unsigned distance = edit_distance(nearest->wanted, nearest->wanted_length, name, length, SLIPS);
    if (distance > SLIPS || distance * 3 > nearest->wanted_length)
        return;
    if (nearest->best && (distance > nearest->distance ||
                          (distance == nearest->distance &&
                           compare_names(name, length, nearest->best, nearest->best_length) >= 0)))
        return;
    nearest->best = name;
    nearest->best_length = length;
    nearest->distance = distance;
}
