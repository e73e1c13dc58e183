#include "base/value.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const uint64_t DURATION_MAX = 100ULL * 365 * 86400 * 1000;

struct digits parse_digits(const char *text)
{
    const char *start = text;
    uint64_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (unsigned)(*text - '0'), &number))
            return (struct digits){NULL, 0};
    return (struct digits){text > start ? text : NULL, number};
}

struct digits parse_number(const char *text)
{
    struct digits digits = parse_digits(text);
    if (digits.end && *digits.end)
        digits.end = NULL;
    return digits;
}

int64_t parse_up_to(const char *text, int64_t max)
{
    struct digits digits = parse_number(text);
    return digits.end && digits.number <= (uint64_t)max ? (int64_t)digits.number : -1;
}

static int find_choice(const char *text, const char *choices,
                       int (*compare)(const char *, const char *))
{
    for (int which = 0; *choices; choices += strlen(choices) + 1, which++)
        if (!compare(text, choices))
            return which;
    return -1;
}

int parse_choice(const char *text, const char *choices)
{
    return find_choice(text, choices, strcmp);
}

int parse_choice_in_any_case(const char *text, const char *choices)
{
    return find_choice(text, choices, strcasecmp);
}

const char *choice_text(const char *choices, unsigned which)
{
    while (which--)
        choices += strlen(choices) + 1;
    return choices;
}

int parse_bool(const char *text)
{
    static const char words[] = "false\0true\0no\0yes\0off\0on\0"
                                "0\0"
                                "1\0";
    int which = parse_choice_in_any_case(text, words);
    return which < 0 ? which : which & 1;
}

int64_t parse_size(const char *text)
{
    static const char units[] = "kmgt";
    unsigned shift = 0;
    struct digits digits = parse_digits(text);
    if (!(text = digits.end))
        return -1;
    const char *unit = text_find(units, (char)(*text | 0x20));
    if (*unit) {
        shift = 10 * (unsigned)(unit - units + 1);
        text++;
        text += *text == 'i' || *text == 'I';
    }
    text += *text == 'b' || *text == 'B';
    if (*text || digits.number >> (63 - shift) != 0)
        return -1;
    return (int64_t)(digits.number << shift);
}

int64_t parse_duration(const char *text)
{
    static const struct {
        char name[4];
        uint32_t milliseconds;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    enum { COUNT = sizeof units / sizeof *units };
    unsigned unit = COUNT;
    uint64_t sum = 0;
    do {
        struct digits digits = parse_digits(text);
        if (!(text = digits.end))
            return -1;
        if (!*text && unit == COUNT)
            text = "s"; /* a bare number */
        /* Each unit once, the larger first: "1m1h" is more likely a slip than meant. */
        unsigned before = unit;
        for (unit = 0;; unit++) {
            if (unit == before)
                return -1;
            const char *name = units[unit].name;
            if (text[0] == name[0] && (!name[1] || text[1] == name[1])) {
                text += name[1] ? 2 : 1;
                break;
            }
        }
        if (digits.number > DURATION_MAX / units[unit].milliseconds)
            return -1;
        sum += digits.number * units[unit].milliseconds;
    } while (*text);
    return sum <= DURATION_MAX ? (int64_t)sum : -1;
}

char *number_text(uint64_t number, char buffer[NUMBER_SIZE])
{
    char *start = buffer + NUMBER_SIZE - 1;
    *start = '\0';
    do
        *--start = (char)('0' + number % 10);
    while (number /= 10);
    return start;
}
