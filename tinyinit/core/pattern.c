#include "pattern.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "scan.h"

#include "startup_only.h"

enum { STATES = 1000, DEPTH = 20, ENDLESS = 1 << 20, END = -1, NOT_UTF8 = 0x110000 };

/* One state. With a jump it takes no character: it goes there, and on as well if `atom` is set.
 * Jumps are relative and never leave their part of the pattern, so a part can be copied. */
struct step {
    uint16_t atom; /* where in the text the character, '.' or set is that it takes */
    int16_t jump;
};

struct reader {
    const char *at, *end; /* what is left to read: nothing, once there is a problem */
    const char *problem;
};

struct pattern {
    struct reader reader;
    const char *text;
    unsigned count;
    struct step steps[STATES];
};

struct states {
    unsigned count;
    uint16_t list[STATES + 1];
    bool has[STATES + 1];
};

/* The first problem is the one that is told. */
__attribute__((noinline)) static void wrong(struct reader *r, const char *problem)
{
    if (!r->problem)
        r->problem = problem;
    r->at = r->end;
}

static int take(struct reader *r)
{
    size_t length = utf8_length(r->at, r->end);
    if (r->at >= r->end)
        return END;
    int code = (unsigned char)*r->at++;
    if (!length)
        return NOT_UTF8 + code;
    if (length > 1)
        code &= 0x7f >> length;
    for (; length > 1; length--)
        code = code << 6 | (*r->at++ & 0x3f);
    return code;
}

/* The byte at `offset`, END behind the end. All that the syntax knows is ASCII. */
static int peek(const struct reader *r, size_t offset)
{
    return (size_t)(r->end - r->at) > offset ? (unsigned char)r->at[offset] : END;
}

/* Whether the next byte is one of these. */
static bool is_at(const struct reader *r, const char *these)
{
    while (*these && *these != peek(r, 0))
        these++;
    return *these;
}

__attribute__((noinline)) static bool take_if(struct reader *r, char byte)
{
    bool is = peek(r, 0) == byte;
    r->at += is;
    return is;
}

/* Whether `code` is of the class whose name is next, "alpha:]". */
static bool class_takes(struct reader *r, int code)
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
        if ((size_t)(r->end - r->at) < length + 2 || memcmp(r->at, classes[i].name, length) != 0 ||
            r->at[length] != ':' || r->at[length + 1] != ']')
            continue;
        const char *range = classes[i].ranges;
        bool found = false;
        do
            found |= range[0] <= code && code <= range[1];
        while (*(range += 2));
        r->at += length + 2;
        return found;
    }
    wrong(r, "has an unknown class");
    return false;
}

/* A character of a set that has no meaning of its own. */
static int take_member(struct reader *r)
{
    int code = take(r);
    if (code == END)
        wrong(r, "has an unclosed set");
    if (code == '[')
        wrong(r, "has [ in a set");
    if (code == '\\')
        wrong(r, "has a backslash in a set");
    return code;
}

/* Whether the set that begins behind r->at takes `code`. */
static bool set_takes(struct reader *r, int code)
{
    bool takes_others = take_if(r, '^'), found = false;
    for (bool first = true; first || !take_if(r, ']'); first = false) {
        if (peek(r, 0) == '[' && peek(r, 1) == ':') {
            r->at += 2;
            found |= class_takes(r, code);
            continue;
        }
        int low = take_member(r), high = low;
        if (low != '-' && peek(r, 0) == '-' && peek(r, 1) != ']') {
            r->at++;
            high = take_member(r);
        }
        if (high == '-' && !(low == '-' && (first || peek(r, 0) == ']')))
            wrong(r, "has - inside of a set; put it last");
        if (high < low)
            wrong(r, "has a range that runs backwards");
        if (r->problem)
            break;
        found |= low <= code && code <= high;
    }
    return found != takes_others;
}

static bool atom_takes(const struct pattern *pattern, const struct step *step, int code)
{
    struct reader r = {.at = pattern->text + step->atom, .end = pattern->reader.end};
    int atom = take(&r);
    if (atom == '[')
        return set_takes(&r, code);
    return atom == '.' || code == (atom == '\\' ? take(&r) : atom);
}

/* `count` new states behind the others: copies of those at `from`. */
static void grow(struct pattern *p, const struct step *from, unsigned count)
{
    if (count > STATES - p->count) {
        wrong(&p->reader, "is too large (repeats count in full)");
        return;
    }
    memcpy(p->steps + p->count, from, count * sizeof *from);
    p->count += count;
}

static void emit(struct pattern *p, long atom, long jump)
{
    struct step step = {(uint16_t)atom, (int16_t)jump};
    grow(p, &step, 1);
}

/* Decimal digits, or -1 without any. */
static int number(struct reader *r)
{
    int found = scan_is_digit((char)peek(r, 0)) ? 0 : -1;
    for (; scan_is_digit((char)peek(r, 0)); r->at++)
        if (found <= STATES)
            found = found * 10 + (*r->at - '0');
    return found;
}

static bool at_repeat(const struct reader *r)
{
    return is_at(r, "*+?{");
}

/* How often the last part, from `start` on, may come: it is copied behind itself as often, and then
 * taken away where it was. */
static void repeat(struct pattern *p, unsigned start)
{
    struct reader *r = &p->reader;
    struct step *first = p->steps + start;
    unsigned length = p->count - start;
    int sign = take(r), least = sign == '+', most = sign == '?' ? 1 : ENDLESS;
    if (sign == '{') {
        least = most = number(r);
        if (take_if(r, ','))
            most = peek(r, 0) == '}' ? ENDLESS : number(r);
        if (least < 0 || most < 0 || !take_if(r, '}'))
            wrong(r, "has a { without {m}, {m,} or {m,n}");
        if (most < least)
            wrong(r, "has a repeat from more to fewer");
        if (least > STATES || (most > STATES && most != ENDLESS))
            wrong(r, "is too large (repeats count in full)");
    }
    if (at_repeat(r))
        wrong(r, "has two repeats in a row");
    if (r->problem || !length)
        return;
    bool endless = most == ENDLESS;
    if (endless) {
        most = least + !least;
        if (!least)
            emit(p, 1, (long)length + 2);
        least = most;
    }
    for (int i = 0; !r->problem && i < most; i++) {
        if (i >= least)
            emit(p, 1, (long)length + 1);
        grow(p, first, length);
    }
    if (endless)
        emit(p, 1, -(long)length);
    p->count -= length;
    memmove(first, first + length, (p->count - start) * sizeof *first);
}

static void alternatives(struct pattern *p, unsigned depth);

static void group(struct pattern *p, unsigned depth)
{
    struct reader *r = &p->reader;
    if (peek(r, 0) == '?')
        wrong(r, "has (?, only plain groups are known");
    if (depth == DEPTH)
        wrong(r, "nests its groups too deep");
    else
        alternatives(p, depth + 1);
    if (!take_if(r, ')'))
        wrong(r, "has an unclosed group");
}

static void piece(struct pattern *p, unsigned depth)
{
    struct reader *r = &p->reader;
    unsigned start = p->count;
    long atom = r->at - p->text;
    if (at_repeat(r))
        wrong(r, "has nothing to repeat before *, +, ? or {");
    if (is_at(r, "^$"))
        wrong(r, "has an anchor; the whole value must match anyway");
    if (is_at(r, ")]}"))
        wrong(r, "has a ), ] or } that closes nothing");
    int code = take(r);
    if (code == '[')
        set_takes(r, END);
    int escaped = code == '\\' ? take(r) : '\\';
    if (escaped <= ' ' || escaped >= 0x7f || scan_is_digit((char)escaped) ||
        (escaped != '_' && scan_is_letter((char)escaped)))
        wrong(r, "has a backslash that is not before punctuation");
    if (code == '(')
        group(p, depth);
    else if (!r->problem)
        emit(p, atom, 0);
    if (at_repeat(r))
        repeat(p, start);
}

static bool at_end_of_part(const struct reader *r, unsigned depth)
{
    return r->at == r->end || is_at(r, depth ? "|)" : "|");
}

static void part(struct pattern *p, unsigned depth)
{
    if (at_end_of_part(&p->reader, depth))
        wrong(&p->reader, "has an empty part");
    while (!at_end_of_part(&p->reader, depth))
        piece(p, depth);
}

static void alternatives(struct pattern *p, unsigned depth)
{
    struct step *first = p->steps + p->count;
    part(p, depth);
    while (take_if(&p->reader, '|')) {
        struct step *end = p->steps + p->count;
        emit(p, 0, 0);
        emit(p, 0, 0);
        if (p->reader.problem)
            return;
        memmove(first + 1, first, (size_t)(end - first) * sizeof *first);
        *first = (struct step){1, (int16_t)(end - first + 2)};
        part(p, depth);
        end[1] = (struct step){0, (int16_t)(p->steps + p->count - end - 1)};
    }
}

const struct pattern *pattern_compile(const char *text, size_t length, const char **problem)
{
    struct pattern *p = arena_take(sizeof *p);
    p->text = arena_copy(text, length);
    p->reader = (struct reader){p->text, p->text + length, NULL};
    if (length > UINT16_MAX)
        wrong(&p->reader, "is too large (repeats count in full)");
    alternatives(p, 0);
    *problem = p->reader.problem;
    return *problem ? NULL : p;
}

__attribute__((noinline)) static void add(struct states *states, unsigned state)
{
    if (!states->has[state]) {
        states->has[state] = true;
        states->list[states->count++] = (uint16_t)state;
    }
}

/* Follows the jumps, and then takes `code`. The list grows while it is read; no state is in it
 * twice. At the end of the value `from` is kept, else emptied. */
static void advance(const struct pattern *p, struct states *from, struct states *to, int code)
{
    for (unsigned i = 0; i < from->count; i++) {
        unsigned state = from->list[i];
        const struct step *step = p->steps + state;
        if (state == p->count)
            continue;
        if (step->jump)
            add(from, (unsigned)((int)state + step->jump));
        if (step->jump ? step->atom : atom_takes(p, step, code))
            add(step->jump ? from : to, state + 1);
    }
    while (code != END && from->count)
        from->has[from->list[--from->count]] = false;
}

bool pattern_matches(const struct pattern *p, const char *value, size_t length)
{
    struct states states[2] = {{.count = 0}};
    struct reader r = {.at = value, .end = value + length};
    int code;
    unsigned now = 0;
    add(states, 0);
    do {
        code = take(&r);
        advance(p, states + now, states + !now, code);
        now ^= code != END;
    } while (code != END && states[now].count);
    return states[now].has[p->count];
}
