#include "value.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static const int64_t DURATION_MAX = 100LL * 365 * 86400 * 1000;

bool parse_digits(const char **text, uint64_t *number)
{
    const char *start = *text;
    *number = 0;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        unsigned digit = (unsigned)(**text - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return *text > start;
}

bool parse_number(const char *text, uint64_t *number)
{
    return parse_digits(&text, number) && !*text;
}

int parse_word(const char *text, const char *words)
{
    for (int which = 0; *words; words += strlen(words) + 1, which++)
        if (!strcmp(text, words))
            return which;
    return -1;
}

bool parse_bool(const char *text, bool *value)
{
    static const char words[][6] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(text, words[i])) {
            *value = i % 2 == 1;
            return true;
        }
    return false;
}

bool parse_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "kmgt";
    unsigned shift = 0;
    if (!parse_digits(&text, bytes))
        return false;
    const char *unit = text_find(units, (char)(*text | 0x20));
    if (*text && *unit) {
        shift = 10 * (unsigned)(unit - units + 1);
        text++;
        text += *text == 'i' || *text == 'I';
    }
    text += *text == 'b' || *text == 'B';
    if (*text || *bytes > (uint64_t)INT64_MAX >> shift)
        return false;
    *bytes <<= shift;
    return true;
}

/* Milliseconds in the unit at *text, which moves behind it; 0 if there is none. */
static int64_t unit(const char **text)
{
    static const struct {
        char name[3];
        int64_t milliseconds;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);
        if (!strncmp(*text, units[i].name, length)) {
            *text += length;
            return units[i].milliseconds;
        }
    }
    return 0;
}

bool parse_duration(const char *text, int64_t *milliseconds)
{
    uint64_t number;
    int64_t previous = INT64_MAX;
    if (parse_number(text, &number)) {
        if (number > (uint64_t)DURATION_MAX / 1000)
            return false;
        *milliseconds = (int64_t)number * 1000;
        return true;
    }
    *milliseconds = 0;
    do {
        if (!parse_digits(&text, &number))
            return false;
        int64_t factor = unit(&text);
        /* Each unit once, the larger first: "1m1h" is more likely a slip than meant. */
        if (factor == 0 || factor >= previous || number > (uint64_t)(DURATION_MAX / factor))
            return false;
        previous = factor;
        *milliseconds += (int64_t)number * factor;
    } while (*text);
    return *milliseconds <= DURATION_MAX;
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
