#include "base/distance.h"

#include <stdbool.h>
#include <string.h>

#include "base/startup_only.h"

enum { SLIPS_MAX = 2 };

/* How many bytes of each word a slip takes: swapped, too many, too few, wrong. */
static const unsigned char skipped[][2] = {{2, 2}, {1, 0}, {0, 1}, {1, 1}};

/* How many of `slips` are left when the fewest have made one word of the other; < 0: they are not
 * enough. What is equal up to the first difference is no slip, and that is one of four, so that few
 * slips are few ways to try. */
static int slips_left(const char *a, size_t a_length, const char *b, size_t b_length, int slips)
{
    for (; a_length && b_length && *a == *b; a_length--, b_length--) {
        a++;
        b++;
    }
    if (!a_length || !b_length || slips == 0)
        return slips - (int)(a_length + b_length);
    int most = -1;
    bool is_swap = a_length > 1 && b_length > 1 && a[0] == b[1] && a[1] == b[0];
    for (int way = !is_swap; way < 4; way++) {
        size_t of_a = skipped[way][0], of_b = skipped[way][1];
        int left = slips_left(a + of_a, a_length - of_a, b + of_b, b_length - of_b, slips - 1);
        if (left > most)
            most = left;
    }
    return most;
}

int compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

void nearest_try(struct nearest *nearest, const char *name, size_t length)
{
    int most = nearest->best ? nearest->distance : SLIPS_MAX;
    int left = slips_left(nearest->wanted, nearest->wanted_length, name, length, most);
    int distance = most - left;
    if (left < 0 || (size_t)distance * 3 > nearest->wanted_length ||
        (nearest->best && left == 0 &&
         compare_names(name, length, nearest->best, nearest->best_length) >= 0))
        return;
    nearest->best = name;
    nearest->best_length = length;
    nearest->distance = distance;
}
