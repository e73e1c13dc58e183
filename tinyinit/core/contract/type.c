#include "contract/type.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/value.h"
#include "formats/json.h"
#include "formats/scan.h"

#include "base/startup_only.h"

/* One after the other: tables of pointers would have to be relocated. */
static const char type_names[] =
    "string\0int\0float\0bool\0port\0url\0ip\0hostname\0hostport\0email\0"
    "uuid\0path\0duration\0size\0json\0list\0";
static const char type_texts[] =
    "a string\0an int\0a float\0a bool (true, false, yes, no, on, off, 1, 0)\0"
    "a port (1 to 65535)\0a URL (scheme://host)\0an IP address\0a hostname\0"
    "a host and port (host:port)\0an email address\0a UUID\0a path\0"
    "a duration (250ms, 30s, 1h30m, 2d)\0a size (512, 10k, 64M, 2GiB)\0JSON\0a list";

const char *type_name(enum type type)
{
    return choice_text(type_names, type);
}

const char *type_choices(enum type end)
{
    static const char one_of[] = "one of ";
    size_t length = (size_t)(type_name(end) - type_names);
    char *text = arena_take(sizeof one_of + length), *to = stpcpy(text, one_of);
    memcpy(to, type_names, length);
    while (--length)
        if (!*to++)
            to[-1] = ' ';
    return text;
}

const char *type_expects(enum type type)
{
    return choice_text(type_texts, type);
}

enum type type_find(const char *name)
{
    int type = parse_choice(name, type_names);
    return type < 0 ? TYPE_COUNT : (enum type)type;
}

static bool is_whole(const char *after)
{
    return after && !*after;
}

/* ---- numbers ---- */

/* A number as 0.DIGITS times ten to the exponent. Of a size or a duration it is all exponent. */
struct number {
    int sign; /* 0: zero */
    int64_t exponent;
    const char *digits; /* from the first that is not zero; a point may be among them */
};

/* With more digits than this has, no value is long enough for its own to make up for it. */
static const int64_t EXPONENT_MAX = 1000000000;

static const char *after_sign(const char *text)
{
    return text + (*text == '-' || *text == '+');
}

static const char *after_any_digits(const char *text)
{
    const char *end = after_digits(text);
    return end ? end : text;
}

static bool add_exponent(const char *text, int64_t *exponent)
{
    int64_t number = 0;
    const char *digits = after_sign(text);
    if (!is_whole(after_digits(digits)))
        return false;
    while (*digits && number < EXPONENT_MAX)
        number = number * 10 + *digits++ - '0';
    *exponent += *text == '-' ? -number : number;
    return true;
}

static bool read_decimal(const char *text, struct number *number)
{
    const char *start = after_sign(text), *point = after_any_digits(start), *first = start;
    const char *end = *point == '.' ? after_any_digits(point + 1) : point;
    while (*first == '0' || *first == '.')
        first++;
    if (first == end)
        number->sign = 0;
    else if (*text == '-')
        number->sign = -1;
    number->digits = first;
    number->exponent = point - first + (first > point);
    return (point > start || end > point + 1) &&
           ((*end | 0x20) == 'e' ? add_exponent(end + 1, &number->exponent) : !*end);
}

static bool read_number(enum type type, const char *text, struct number *number)
{
    *number = (struct number){.sign = 1, .digits = ""};
    if (type != TYPE_SIZE && type != TYPE_DURATION)
        return read_decimal(text, number);
    number->exponent = type == TYPE_SIZE ? parse_size(text) : parse_duration(text);
    return number->exponent >= 0;
}

/* After the last digit it is 0, for ever. */
static const char *next_digit(const char *text)
{
    static const char zero[] = "0";
    text += *text == '.';
    return scan_is_digit(*text) ? text : zero;
}

static int compare_digits(const char *left, const char *right)
{
    for (;; left++, right++) {
        left = next_digit(left);
        right = next_digit(right);
        if (*left != *right || left == right)
            return *left - *right;
    }
}

static bool is_number(enum type type, const char *text)
{
    struct number number;
    return read_number(type, text, &number);
}

/* Both are numbers. Exact, where a strtod() would round. */
static int compare_numbers(enum type type, const char *left, const char *right)
{
    struct number one, other;
    read_number(type, left, &one);
    read_number(type, right, &other);
    if (one.sign != other.sign)
        return one.sign - other.sign;
    int order = (one.exponent > other.exponent) - (one.exponent < other.exponent);
    return (order ? order : compare_digits(one.digits, other.digits)) * one.sign;
}

int type_compare(enum type type, const char *left, const char *right)
{
    switch (type) {
    case TYPE_INT:
    case TYPE_FLOAT:
    case TYPE_PORT:
    case TYPE_DURATION:
    case TYPE_SIZE:
        return compare_numbers(type, left, right);
    default:
        return strcmp(left, right);
    }
}

static bool is_between(const char *text, const char *least, const char *most)
{
    return compare_numbers(TYPE_FLOAT, text, most) <= 0 &&
           compare_numbers(TYPE_FLOAT, text, least) >= 0;
}

static bool is_int(const char *text)
{
    return is_whole(after_digits(after_sign(text))) &&
           is_between(text, "-9223372036854775808", "9223372036854775807");
}

/* The bounds are the largest doubles: beyond them it is infinite. */
static bool is_float(const char *text)
{
    return is_number(TYPE_FLOAT, text) &&
           is_between(text, "-1797693134862315807e290", "1797693134862315807e290");
}

/* ---- names of hosts: each function returns what comes after one, NULL if there is none ---- */

static const char *after_number_up_to(const char *text, unsigned most)
{
    unsigned number = 0;
    if (!scan_is_digit(*text))
        return NULL;
    while (scan_is_digit(*text) && number <= most)
        number = number * 10 + (unsigned)(*text++ - '0');
    return number <= most ? text : NULL;
}

static const char *after_port(const char *text)
{
    while (*text == '0')
        text++;
    return after_number_up_to(text, 65535);
}

static bool is_letter_or_digit(char byte)
{
    return (byte != '_' && scan_is_letter(byte)) || scan_is_digit(byte);
}

static const char *after_ipv4(const char *text)
{
    for (int part = 0;; part++, text++) {
        if (*text == '0' && scan_is_digit(text[1]))
            return NULL;
        text = after_number_up_to(text, 255);
        if (!text || part == 3)
            return text;
        if (*text != '.')
            return NULL;
    }
}

static const char *after_ipv6(const char *text)
{
    unsigned groups = 0;
    bool gap = false;
    for (;;) {
        if (!gap && text[0] == ':' && text[1] == ':') {
            gap = true;
            text += 2;
            if (!is_hex_digit(*text))
                break;
        } else if (groups) {
            if (*text != ':')
                break;
            text++;
        }
        const char *group = text;
        unsigned length = 0;
        for (; is_hex_digit(*text); text++)
            length++;
        if (!length || length > 4)
            return NULL;
        groups++;
        if (*text == '.') {
            groups++;
            text = after_ipv4(group);
            break;
        }
    }
    return (gap ? groups < 8 : groups == 8) ? text : NULL;
}

static const char *after_hostname(const char *text)
{
    for (const char *start = text;; text++) {
        const char *label = text;
        while (is_letter_or_digit(*text) || *text == '-')
            text++;
        if (text == label || text - label > 63 || *label == '-' || text[-1] == '-')
            return NULL;
        if (*text != '.')
            return text - start > 253 ? NULL : text;
    }
}

static const char *after_brackets(const char *text)
{
    text = after_ipv6(text + 1);
    return text && *text == ']' ? text + 1 : NULL;
}

static bool is_ip(const char *text)
{
    return is_whole(after_ipv4(text)) || is_whole(after_ipv6(text));
}

static bool is_hostname(const char *text)
{
    return is_whole(after_hostname(text));
}

/* ---- texts of several parts ---- */

static bool has_space(const char *text)
{
    while ((unsigned char)*text > ' ' && *text != 0x7f)
        text++;
    return *text;
}

const char *type_after_scheme(const char *text)
{
    if (!scan_is_letter(*text) || *text == '_')
        return NULL;
    while (is_letter_or_digit(*text) || *text_find("+-.", *text))
        text++;
    return text;
}

static bool is_url(const char *text)
{
    if (has_space(text) || !(text = type_after_scheme(text)) || strncmp(text, "://", 3) != 0)
        return false;
    const char *host = text += 3, *colon = NULL;
    for (; *text && *text != '/' && *text != '?' && *text != '#'; text++)
        if (*text == '@') {
            host = text + 1;
            colon = NULL;
        } else if (*text == ':') {
            colon = text;
        }
    const char *end = *host == '[' ? after_brackets(host) : colon ? colon : text;
    return end && end > host && (end == text || (*end == ':' && after_port(end + 1) == text));
}

static bool is_hostport(const char *text)
{
    const char *end = *text == '[' ? after_brackets(text) : after_hostname(text);
    return end && *end == ':' && is_whole(after_port(end + 1));
}

static bool is_email(const char *text)
{
    const char *domain = text_find(text, '@');
    if (has_space(text) || domain == text || !*domain || !domain[1] || *text_find(domain + 1, '@'))
        return false;
    const char *dot = text_find(domain + 2, '.');
    return *dot && dot[1];
}

static bool is_uuid(const char *text)
{
    for (int i = 0; i < 36; i++, text++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? *text != '-' : !is_hex_digit(*text))
            return false;
    }
    return !*text;
}

bool type_fits(const char *value, enum type type)
{
    switch (type) {
    case TYPE_INT:
        return is_int(value);
    case TYPE_FLOAT:
        return is_float(value);
    case TYPE_BOOL:
        return parse_bool(value) >= 0;
    case TYPE_PORT:
        return is_whole(after_port(value));
    case TYPE_URL:
        return is_url(value);
    case TYPE_IP:
        return is_ip(value);
    case TYPE_HOSTNAME:
        return is_hostname(value);
    case TYPE_HOSTPORT:
        return is_hostport(value);
    case TYPE_EMAIL:
        return is_email(value);
    case TYPE_UUID:
        return is_uuid(value);
    case TYPE_PATH:
        return *value;
    case TYPE_DURATION:
    case TYPE_SIZE:
        return is_number(type, value);
    case TYPE_JSON:
        return is_json(value);
    default:
        return true;
    }
}
