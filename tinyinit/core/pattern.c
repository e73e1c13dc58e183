#include "pattern.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "scan.h"

#include "startup_only.h"

enum { STATES = 1000, DEPTH = 20, END = -1, NOT_UTF8 = 0x110000 };

/* One state. With a jump it takes no character: it goes there, and on as well if `atom` is set.
 * Jumps are relative and never leave their part of the pattern, so a part can be copied. */
struct step {
    uint16_t atom; /* where in the text the character, '.' or set is that it takes */
    int16_t jump;
};

struct pattern {
    const char *text, *end;
    unsigned count;
    struct step steps[STATES];
};

struct compiler {
    const char *at, *end; /* what is left to read: nothing, once there is a problem */
    const char *problem;
    struct pattern *pattern;
};

struct states {
    unsigned count;
    uint16_t list[STATES + 1];
    bool has[STATES + 1];
};

/* The first problem is the one that is told. */
static __attribute__((noinline)) void wrong(struct compiler *c, const char *problem)
{
    if (!c->problem)
        c->problem = problem;
    c->at = c->end;
}

static int take(struct compiler *c)
{
    size_t length = utf8_length(c->at, c->end);
    if (c->at >= c->end)
        return END;
    int code = (unsigned char)*c->at++;
    if (!length)
        return NOT_UTF8 + code;
    if (length > 1)
        code &= 0x7f >> length;
    for (; length > 1; length--)
        code = code << 6 | (*c->at++ & 0x3f);
    return code;
}

/* The byte at `offset`, END behind the end. All that the syntax knows is ASCII. */
static __attribute__((noinline)) int peek(const struct compiler *c, size_t offset)
{
    return (size_t)(c->end - c->at) > offset ? (unsigned char)c->at[offset] : END;
}

static __attribute__((noinline)) bool take_if(struct compiler *c, char byte)
{
    bool is = peek(c, 0) == byte;
    c->at += is;
    return is;
}

/* Whether `code` is of the class whose name is next, "alpha:]". */
static bool class_takes(struct compiler *c, int code)
{
    static const struct {
        char name[7];
        char ranges[9]; /* pairs; only the first may begin with '\0' */
    } classes[] = {
        {"alpha", "AZaz"}, {"digit", "09"},     {"alnum", "09AZaz"},         {"upper", "AZ"},
        {"lower", "az"},   {"space", "\t\r  "}, {"blank", "\t\t  "},         {"punct", "!/:@[`{~"},
        {"print", " ~"},   {"graph", "!~"},     {"cntrl", "\0\x1f\x7f\x7f"}, {"xdigit", "09AFaf"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        size_t length = strlen(classes[i].name);
        if ((size_t)(c->end - c->at) < length + 2 || memcmp(c->at, classes[i].name, length) != 0 ||
            c->at[length] != ':' || c->at[length + 1] != ']')
            continue;
        const char *range = classes[i].ranges;
        bool found = false;
        do
            found |= range[0] <= code && code <= range[1];
        while (*(range += 2));
        c->at += length + 2;
        return found;
    }
    wrong(c, "has an unknown class");
    return false;
}

/* Whether the set that begins behind c->at takes `code`. */
static bool set_takes(struct compiler *c, int code)
{
    bool takes_others = take_if(c, '^'), found = false;
    for (bool first = true;; first = false) {
        int low = take(c), high = low;
        if (low == ']' && !first)
            return found != takes_others;
        if (low == '[' && take_if(c, ':')) {
            found |= class_takes(c, code);
            continue;
        }
        if (low != '-' && peek(c, 0) == '-' && peek(c, 1) != ']') {
            c->at++;
            high = take(c);
        }
        if (low == END || high == END)
            wrong(c, "has an unclosed set");
        else if (low == '[' || high == '[')
            wrong(c, "has [ in a set");
        else if (low == '\\' || high == '\\')
            wrong(c, "has a backslash in a set");
        else if (high == '-' && !(low == '-' && (first || peek(c, 0) == ']')))
            wrong(c, "has - inside of a set; put it last");
        else if (high < low)
            wrong(c, "has a range that runs backwards");
        if (c->problem)
            return false;
        found |= low <= code && code <= high;
    }
}

static bool atom_takes(const struct pattern *pattern, const struct step *step, int code)
{
    struct compiler c = {.at = pattern->text + step->atom, .end = pattern->end};
    int atom = take(&c);
    if (atom == '[')
        return set_takes(&c, code);
    return atom == '.' || code == (atom == '\\' ? take(&c) : atom);
}

/* `count` new states behind the others; NULL if there are too many. */
static struct step *grow(struct compiler *c, unsigned count)
{
    struct pattern *pattern = c->pattern;
    if (count > STATES - pattern->count) {
        wrong(c, "is too large (repeats count in full)");
        return NULL;
    }
    pattern->count += count;
    return pattern->steps + pattern->count - count;
}

static void emit(struct compiler *c, long atom, long jump)
{
    struct step *step = grow(c, 1);
    if (step)
        *step = (struct step){(uint16_t)atom, (int16_t)jump};
}

static void emit_copy(struct compiler *c, unsigned start, unsigned length)
{
    struct step *steps = grow(c, length);
    if (steps)
        memcpy(steps, c->pattern->steps + start, length * sizeof *steps);
}

/* Decimal digits, or -1 without any. */
static int number(struct compiler *c)
{
    int found = scan_is_digit((char)peek(c, 0)) ? 0 : -1;
    for (; scan_is_digit((char)peek(c, 0)); c->at++)
        if (found <= STATES)
            found = found * 10 + (*c->at - '0');
    return found;
}

static bool at_repeat(const struct compiler *c)
{
    int byte = peek(c, 0);
    return byte == '*' || byte == '+' || byte == '?' || byte == '{';
}

/* How often the last part, from `start` on, may come: it is copied behind itself as often, and then
 * taken away where it was. */
static void repeat(struct compiler *c, unsigned start)
{
    unsigned length = c->pattern->count - start;
    int sign = take(c), least = sign == '+', most = sign == '?' ? 1 : STATES + 1;
    bool endless = sign != '?';
    if (sign == '{') {
        least = most = number(c);
        endless = take_if(c, ',') && peek(c, 0) == '}';
        if (!endless && c->at[-1] == ',')
            most = number(c);
        if (least < 0 || most < 0 || !take_if(c, '}'))
            wrong(c, "has a { without {m}, {m,} or {m,n}");
        if (most < least)
            wrong(c, "has a repeat from more to fewer");
        if (least > STATES || (!endless && most > STATES))
            wrong(c, "is too large (repeats count in full)");
    }
    if (at_repeat(c))
        wrong(c, "has two repeats in a row");
    if (c->problem || !length)
        return;
    if (endless && !least) {
        emit(c, 1, (long)length + 2);
        least = 1;
    }
    for (int i = 0; !c->problem && i < (endless ? least : most); i++) {
        if (i >= least)
            emit(c, 1, (long)length + 1);
        emit_copy(c, start, length);
    }
    if (endless)
        emit(c, 1, -(long)length);
    struct step *first = c->pattern->steps + start;
    c->pattern->count -= length;
    memmove(first, first + length, (c->pattern->count - start) * sizeof *first);
}

static void alternatives(struct compiler *c, unsigned depth);

static void group(struct compiler *c, unsigned depth)
{
    if (peek(c, 0) == '?')
        wrong(c, "has (?, only plain groups are known");
    else if (depth == DEPTH)
        wrong(c, "nests its groups too deep");
    else
        alternatives(c, depth + 1);
    if (!take_if(c, ')'))
        wrong(c, "has an unclosed group");
}

static bool is_punctuation(int code)
{
    return code > ' ' && code < 0x7f && !scan_is_digit((char)code) &&
           (code == '_' || !scan_is_letter((char)code));
}

static void piece(struct compiler *c, unsigned depth)
{
    unsigned start = c->pattern->count;
    long atom = c->at - c->pattern->text;
    if (at_repeat(c))
        wrong(c, "has nothing to repeat before *, +, ? or {");
    int code = take(c);
    if (code == '^' || code == '$')
        wrong(c, "has an anchor; the whole value must match anyway");
    if (code == ')' || code == ']' || code == '}')
        wrong(c, "has a ), ] or } that closes nothing");
    if (code == '[')
        set_takes(c, END);
    if (code == '\\' && !is_punctuation(take(c)))
        wrong(c, "has a backslash that is not before punctuation");
    if (code == '(')
        group(c, depth);
    else if (!c->problem)
        emit(c, atom, 0);
    if (at_repeat(c))
        repeat(c, start);
}

static void part(struct compiler *c, unsigned depth)
{
    do {
        int byte = peek(c, 0);
        if (byte == END || byte == '|' || (byte == ')' && depth > 0))
            wrong(c, "has an empty part");
        else
            piece(c, depth);
    } while (c->at < c->end && *c->at != '|' && (*c->at != ')' || depth == 0));
}

static void alternatives(struct compiler *c, unsigned depth)
{
    struct pattern *pattern = c->pattern;
    unsigned start = pattern->count;
    part(c, depth);
    while (take_if(c, '|')) {
        struct step *first = pattern->steps + start;
        unsigned length = pattern->count - start;
        if (!grow(c, 2))
            return;
        memmove(first + 1, first, length * sizeof *first);
        *first = (struct step){1, (int16_t)(length + 2)};
        part(c, depth);
        first[length + 1] = (struct step){0, (int16_t)(pattern->count - start - length - 1)};
    }
}

const struct pattern *pattern_compile(const char *text, size_t length, const char **problem)
{
    struct pattern *pattern = arena_take(sizeof *pattern);
    pattern->text = arena_copy(text, length);
    pattern->end = pattern->text + length;
    struct compiler c = {pattern->text, pattern->end, NULL, pattern};
    if (length > UINT16_MAX)
        wrong(&c, "is too large (repeats count in full)");
    alternatives(&c, 0);
    *problem = c.problem;
    return c.problem ? NULL : pattern;
}

static __attribute__((noinline)) void add(struct states *states, unsigned state)
{
    if (!states->has[state]) {
        states->has[state] = true;
        states->list[states->count++] = (uint16_t)state;
    }
}

/* Follows the jumps. The list grows while it is read; no state is in it twice. */
static void follow(const struct pattern *pattern, struct states *states)
{
    for (unsigned i = 0; i < states->count; i++) {
        unsigned state = states->list[i];
        int jump = state < pattern->count ? pattern->steps[state].jump : 0;
        if (jump)
            add(states, (unsigned)((int)state + jump));
        if (jump && pattern->steps[state].atom)
            add(states, state + 1);
    }
}

/* Leaves `from` empty. */
static void advance(const struct pattern *pattern, struct states *from, struct states *to, int code)
{
    follow(pattern, from);
    for (unsigned i = 0; i < from->count; i++) {
        unsigned state = from->list[i];
        const struct step *step = pattern->steps + state;
        from->has[state] = false;
        if (state < pattern->count && !step->jump && atom_takes(pattern, step, code))
            add(to, state + 1);
    }
    from->count = 0;
}

bool pattern_matches(const struct pattern *pattern, const char *value, size_t length)
{
    struct states states[2] = {{.count = 0}};
    struct compiler reader = {.at = value, .end = value + length};
    unsigned now = 0;
    add(states, 0);
    for (; reader.at < reader.end && states[now].count; now ^= 1)
        advance(pattern, states + now, states + (now ^ 1), take(&reader));
    follow(pattern, states + now);
    return states[now].has[pattern->count];
}
