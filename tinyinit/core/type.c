#include "type.h"

#include <string.h>

#include "json.h"
#include "scan.h"
#include "text.h"
#include "value.h"

#include "startup_only.h"

/* Inlined they are larger, for the guard of the stack is then everybody's. */
#define OWN __attribute__((noinline))

/* One after the other: tables of pointers would have to be relocated. */
static const char names[] = "string\0int\0float\0bool\0port\0url\0ip\0hostname\0hostport\0email\0"
                            "uuid\0path\0duration\0size\0json\0list\0";
static const char expected[] =
    "a string\0an int\0a float\0a bool (true, false, yes, no, on, off, 1, 0)\0"
    "a port (1 to 65535)\0a URL (scheme://host)\0an IP address\0a hostname\0"
    "a host and port (host:port)\0an email address\0a UUID\0a path\0"
    "a duration (250ms, 30s, 1h30m, 2d)\0a size (512, 10k, 64M, 2GiB)\0JSON\0a list";

const char *type_name(enum type type)
{
    return text_nth(names, type);
}

const char *type_expects(enum type type)
{
    return text_nth(expected, type);
}

enum type type_find(const char *name)
{
    int type = parse_word(name, names);
    return type < 0 ? TYPE_COUNT : (enum type)type;
}

/* ---- numbers ---- */

/* A number as 0.DIGITS times ten to the exponent. */
struct decimal {
    int sign; /* 0: zero */
    int64_t exponent;
    const char *digits; /* from the first that is not zero; a point may be among them */
};

/* With more digits than this has, no value is long enough for its own to make up for it. */
static const int64_t EXPONENT_LEAST = 1000000000;

static bool read_exponent(const char *text, int64_t *exponent)
{
    int64_t number = 0;
    bool negative = *text == '-';
    text += negative || *text == '+';
    const char *start = text;
    for (; scan_is_digit(*text); text++)
        if (number < EXPONENT_LEAST)
            number = number * 10 + *text - '0';
    *exponent += negative ? -number : number;
    return text > start && !*text;
}

static bool read_decimal(const char *text, struct decimal *decimal)
{
    const char *digits = NULL, *point = NULL;
    bool any = false;
    int64_t exponent = 0;
    decimal->sign = *text == '-' ? -1 : 1;
    text += *text == '-' || *text == '+';
    for (; scan_is_digit(*text) || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = text;
            continue;
        }
        any = true;
        if (!digits && *text != '0')
            digits = text;
        if (!digits == !!point)
            exponent += point ? -1 : 1;
    }
    if (!digits)
        decimal->sign = 0;
    decimal->digits = digits;
    decimal->exponent = exponent;
    return any && ((*text | 0x20) == 'e' ? read_exponent(text + 1, &decimal->exponent) : !*text);
}

static int compare_digits(const char *left, const char *right)
{
    for (;;) {
        left += *left == '.';
        right += *right == '.';
        bool more_left = scan_is_digit(*left), more_right = scan_is_digit(*right);
        int order = (more_left ? *left : '0') - (more_right ? *right : '0');
        if (order || (!more_left && !more_right))
            return order;
        left += more_left;
        right += more_right;
    }
}

/* Exact, and a fraction of the size of a strtod(). */
static int compare_decimals(const struct decimal *left, const struct decimal *right)
{
    if (left->sign != right->sign || !left->sign)
        return left->sign - right->sign;
    int order = left->exponent == right->exponent  ? compare_digits(left->digits, right->digits)
                : left->exponent < right->exponent ? -1
                                                   : 1;
    return order * left->sign;
}

static OWN bool is_float(const char *text)
{
    struct decimal decimal, most;
    /* The largest double: what is over it is infinite. */
    read_decimal("1797693134862315807e290", &most);
    if (!read_decimal(text, &decimal))
        return false;
    decimal.sign *= decimal.sign;
    return compare_decimals(&decimal, &most) <= 0;
}

static bool is_port(const char *text, size_t length)
{
    unsigned port = 0;
    const char *end = text + length;
    for (; text < end && scan_is_digit(*text) && port <= 65535; text++)
        port = port * 10 + (unsigned)(*text - '0');
    return text == end && port >= 1 && port <= 65535;
}

static int64_t read_number(enum type type, const char *text)
{
    return type == TYPE_SIZE ? parse_size(text) : parse_duration(text);
}

int type_compare(enum type type, const char *left, const char *right)
{
    if (type == TYPE_DURATION || type == TYPE_SIZE) {
        int64_t a = read_number(type, left), b = read_number(type, right);
        return (a > b) - (a < b);
    }
    if (type != TYPE_INT && type != TYPE_FLOAT && type != TYPE_PORT)
        return strcmp(left, right);
    struct decimal one, other;
    read_decimal(left, &one);
    read_decimal(right, &other);
    return compare_decimals(&one, &other);
}

static bool is_int(const char *text)
{
    const char *digits = after_digits(text + (*text == '-' || *text == '+'));
    return digits && !*digits && type_compare(TYPE_INT, text, "9223372036854775807") <= 0 &&
           type_compare(TYPE_INT, text, "-9223372036854775808") >= 0;
}

/* ---- names of hosts: each returns what is behind it, NULL if it is none ---- */

static bool is_letter_or_digit(char byte)
{
    return (byte != '_' && scan_is_letter(byte)) || scan_is_digit(byte);
}

static const char *after_ipv4(const char *text)
{
    for (int part = 0;; part++, text++) {
        const char *start = text;
        unsigned value = 0;
        while (scan_is_digit(*text) && text - start < 4)
            value = value * 10 + (unsigned)(*text++ - '0');
        if (text == start || value > 255 || (*start == '0' && text - start > 1))
            return NULL;
        if (part == 3)
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
        while (is_hex_digit(*text))
            text++;
        if (text == group || text - group > 4)
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

static bool is_whole(const char *after)
{
    return after && !*after;
}

static OWN bool is_ip(const char *text)
{
    return is_whole(after_ipv4(text)) || is_whole(after_ipv6(text));
}

static OWN bool is_hostname(const char *text)
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
    if (!is_letter_or_digit(*text) || scan_is_digit(*text))
        return NULL;
    while (is_letter_or_digit(*text) || *text == '+' || *text == '-' || *text == '.')
        text++;
    return text;
}

static OWN bool is_url(const char *text)
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
    const char *end = colon ? colon : text;
    if (*host == '[') {
        end = after_brackets(host);
        colon = end;
    }
    return end && end > host &&
           (end == text || (*end == ':' && is_port(end + 1, (size_t)(text - end - 1))));
}

static OWN bool is_hostport(const char *text, size_t length)
{
    const char *end = *text == '[' ? after_brackets(text) : after_hostname(text);
    return end && *end == ':' && is_port(end + 1, (size_t)(text + length - end - 1));
}

static OWN bool is_email(const char *text)
{
    const char *domain = text_find(text, '@');
    if (has_space(text) || domain == text || !*domain || *text_find(domain + 1, '@'))
        return false;
    for (domain++; *domain && domain[1]; domain++)
        if (domain[1] == '.' && domain[2])
            return true;
    return false;
}

static OWN bool is_uuid(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text[i] != '-' : !is_hex_digit(text[i]))
            return false;
    }
    return length == 36;
}

static OWN bool is_bool(const char *text)
{
    return parse_bool(text) >= 0;
}

static OWN bool is_number(const char *text, enum type type)
{
    return read_number(type, text) >= 0;
}

/* The value comes first: so it is where each of these functions wants it. */
static bool fits(const char *value, size_t length, enum type type)
{
    switch (type) {
    case TYPE_FLOAT:
        return is_float(value);
    case TYPE_PORT:
        return is_port(value, length);
    case TYPE_URL:
        return is_url(value);
    case TYPE_IP:
        return is_ip(value);
    case TYPE_HOSTNAME:
        return is_hostname(value);
    case TYPE_HOSTPORT:
        return is_hostport(value, length);
    case TYPE_EMAIL:
        return is_email(value);
    case TYPE_UUID:
        return is_uuid(value, length);
    case TYPE_PATH:
        return length;
    case TYPE_INT:
        return is_int(value);
    case TYPE_BOOL:
        return is_bool(value);
    case TYPE_DURATION:
    case TYPE_SIZE:
        return is_number(value, type);
    case TYPE_JSON:
        return is_json(value);
    default:
        return true;
    }
}

bool type_fits(enum type type, const char *value, size_t length)
{
    return fits(value, length, type);
}
