#include "formats/pattern.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "formats/scan.h"

#include "base/startup_only.h"

enum { STATES = 1000, DEPTH = 20, END = '\0' };

static const char too_large[] = "is too large (repeats count in full)";

#define REPEATS "*+?{"
/* The punctuation of ASCII, as ranges. */
#define PUNCTUATION "!/:@[`{~"

/* One state. With a jump it takes no character: it goes there, and on as well if `atom` is set.
 * Jumps are relative and never leave their part of the pattern, so a part can be copied. */
struct step {
    uint16_t atom; /* where in the text the character, '.' or set is that it takes */
    int16_t jump;
};

struct pattern_reader {
    const char *at; /* what is left to read: nothing, once there is a problem */
    const char *problem;
};

struct pattern {
    struct pattern_reader reader;
    const char *text;
    unsigned count, depth;
    struct step steps[STATES + 1]; /* the last is no state: what has no room may be written there */
};

struct states {
    unsigned count;
    bool has[STATES + 1];
    uint16_t list[STATES + 1]; /* as many as it counts */
};

/* The first problem is the one that is told. */
static void wrong(struct pattern_reader *r, const char *problem)
{
    if (!r->problem)
        r->problem = problem;
    r->at = "";
}

/* The bytes of the next character as one number: they are in the order of the characters, and ASCII
 * is itself. */
static unsigned take_character(const char **at)
{
    unsigned code = END;
    if (**at)
        do
            code = code << 8 | (unsigned char)*(*at)++;
        while ((**at & 0xc0) == 0x80);
    return code;
}

/* Whether the next byte is one of these. */
static bool is_at(const struct pattern_reader *r, const char *these)
{
    return *text_find(these, *r->at);
}

static bool take_if(struct pattern_reader *r, char byte)
{
    bool is = *r->at == byte;
    r->at += is;
    return is;
}

/* `refused` are pairs: bytes that must not be next, and what is wrong with them. */
static void refuse_next(struct pattern_reader *r, const char *refused)
{
    while (*refused) {
        const char *problem = refused + strlen(refused) + 1;
        if (is_at(r, refused))
            wrong(r, problem);
        refused = problem + strlen(problem) + 1;
    }
}

/* Whether `code` is in one of the ranges, which are pairs. */
static bool is_within(const char *ranges, unsigned code)
{
    while (*ranges && (code < (unsigned char)ranges[0] || code > (unsigned char)ranges[1]))
        ranges += 2;
    return *ranges;
}

/* Whether `code` is of the class whose name comes next, after "[:". */
static bool class_takes(struct pattern_reader *r, unsigned code)
{
    /* NUL, which ends the ranges, is in no value. */
    static const struct {
        char name[9];
        char ranges[sizeof PUNCTUATION];
    } classes[] = {
        {"alpha:]", "AZaz"},
        {"digit:]", "09"},
        {"alnum:]", "09AZaz"},
        {"upper:]", "AZ"},
        {"lower:]", "az"},
        {"space:]", "\t\r  "},
        {"blank:]", "\t\t  "},
        {"punct:]", PUNCTUATION},
        {"print:]", " ~"},
        {"graph:]", "!~"},
        {"cntrl:]", "\1\x1f\x7f\x7f"},
        {"xdigit:]", "09AFaf"},
    };
    const char *name = r->at + strlen("[:");
    for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++) {
        size_t length = strlen(classes[i].name);
        if (!strncmp(name, classes[i].name, length)) {
            r->at = name + length;
            return is_within(classes[i].ranges, code);
        }
    }
    wrong(r, "has an unknown character class");
    return false;
}

/* A character of a set that has no meaning of its own. */
static unsigned take_member(struct pattern_reader *r)
{
    if (*r->at == END)
        wrong(r, "has an unclosed set");
    refuse_next(r, "[\0has [ in a set\0"
                   "\\\0has a backslash in a set\0");
    return take_character(&r->at);
}

/* Whether `code` is the member that is next, or in the range that it begins. */
static bool range_takes(struct pattern_reader *r, unsigned code, bool is_first)
{
    unsigned low = take_member(r), high = low;
    if (low != '-' && r->at[0] == '-' && r->at[1] != ']') {
        r->at++;
        high = take_member(r);
    }
    if (high == '-' && !(low == '-' && (is_first || *r->at == ']')))
        wrong(r, "has - inside a set; put it last");
    if (high < low)
        wrong(r, "has a range that runs backwards");
    return low <= code && code <= high;
}

/* Whether the set that begins after r->at takes `code`. */
static bool set_takes(struct pattern_reader *r, unsigned code)
{
    bool takes_others = take_if(r, '^'), found = false, is_first = true;
    do {
        bool is_class = r->at[0] == '[' && r->at[1] == ':';
        found |= is_class ? class_takes(r, code) : range_takes(r, code, is_first);
        is_first = false;
    } while (!take_if(r, ']') && !r->problem);
    return found != takes_others;
}

static bool atom_takes(const struct pattern *pattern, const struct step *step, unsigned code)
{
    struct pattern_reader r = {.at = pattern->text + step->atom};
    unsigned atom = take_character(&r.at);
    if (atom == '[')
        return set_takes(&r, code);
    return atom == '.' || code == (atom == '\\' ? take_character(&r.at) : atom);
}

/* Puts a new state at `place`, before what is there. */
static void insert(struct pattern *p, unsigned place, struct step step)
{
    if (p->count == STATES) {
        wrong(&p->reader, too_large);
        return;
    }
    for (unsigned i = p->count++; i > place; i--)
        p->steps[i] = p->steps[i - 1];
    p->steps[place] = step;
}

static void emit(struct pattern *p, struct step step)
{
    insert(p, p->count, step);
}

/* Decimal digits, or -1 without any. What is more than STATES need not be exact. */
static int number(struct pattern_reader *r)
{
    int found = 0;
    const char *start = r->at;
    for (; scan_is_digit(*r->at); r->at++)
        if (found <= STATES)
            found = found * 10 + (*r->at - '0');
    return r->at > start ? found : -1;
}

/* Emits the states of the last part, from `start` on, once more. */
static void copy(struct pattern *p, unsigned start, unsigned length)
{
    while (length--)
        emit(p, p->steps[start++]);
}

/* Applies a repeat to steps[start…]: appends the copies, then removes the original. */
static void repeat(struct pattern *p, unsigned start)
{
    struct pattern_reader *r = &p->reader;
    unsigned length = p->count - start, sign = take_character(&r->at);
    int least = sign == '+', most = 1;
    bool endless = sign != '?';
    if (sign == '{') {
        least = most = number(r);
        endless = false;
        if (take_if(r, ',')) {
            endless = *r->at == '}';
            most = endless ? least + !least : number(r);
        }
        if (least < 0 || most < 0 || !take_if(r, '}'))
            wrong(r, "has a { that does not begin {m}, {m,} or {m,n}");
        if (most < least)
            wrong(r, "has a repeat whose minimum exceeds its maximum");
        if (most > STATES)
            wrong(r, too_large);
    }
    refuse_next(r, REPEATS "\0has two repeats in a row\0");
    if (!length)
        return;
    while (most-- > 0 && !r->problem) {
        if (least-- <= 0)
            emit(p, (struct step){1, (int16_t)(length + 1 + endless)});
        copy(p, start, length);
    }
    if (endless)
        emit(p, (struct step){1, (int16_t)-length});
    p->count -= length;
    for (; start < p->count; start++)
        p->steps[start] = p->steps[start + length];
}

static void alternatives(struct pattern *p);

static void group(struct pattern *p)
{
    struct pattern_reader *r = &p->reader;
    refuse_next(r, "?\0has (?; only plain groups are supported\0");
    if (p->depth++ == DEPTH)
        wrong(r, "nests its groups too deeply");
    alternatives(p);
    p->depth--;
    if (!take_if(r, ')'))
        wrong(r, "has an unclosed group");
}

static bool at_end_of_part(const struct pattern *p)
{
    return !*p->reader.at || is_at(&p->reader, p->depth ? ")|" : "|");
}

static void piece(struct pattern *p)
{
    struct pattern_reader *r = &p->reader;
    unsigned start = p->count;
    if (at_end_of_part(p)) {
        wrong(r, "has an empty part");
        return;
    }
    struct step step = {(uint16_t)(r->at - p->text), 0};
    refuse_next(r, REPEATS "\0has nothing to repeat before *, +, ? or {\0"
                           "^$\0has an anchor; the whole value must match anyway\0"
                           ")]}\0has a ), ] or } that closes nothing\0");
    unsigned code = take_character(&r->at);
    if (code == '[')
        set_takes(r, END);
    if (code == '\\' && !is_within(PUNCTUATION, take_character(&r->at)))
        wrong(r, "has a backslash before what is not punctuation");
    if (code == '(')
        group(p);
    else
        emit(p, step);
    if (is_at(r, REPEATS))
        repeat(p, start);
}

static void alternatives(struct pattern *p)
{
    unsigned first = p->count, end = STATES; /* of the part before, as soon as there is one */
    for (;;) {
        do
            piece(p);
        while (!at_end_of_part(p));
        /* The part before goes on after this one. */
        p->steps[end].jump = (int16_t)(p->count - end);
        if (!take_if(&p->reader, '|'))
            return;
        insert(p, first, (struct step){1, (int16_t)(p->count - first + 2)});
        end = p->count;
        emit(p, (struct step){0, 0});
    }
}

const struct pattern *pattern_compile(const char *text, size_t length, const char **problem)
{
    struct pattern *p = arena_take(sizeof *p);
    p->reader.at = p->text = text;
    if (length > UINT16_MAX)
        wrong(&p->reader, too_large);
    alternatives(p);
    *problem = p->reader.problem;
    return *problem ? NULL : p;
}

static void empty(struct states *states)
{
    memset(states, 0, offsetof(struct states, list));
}

static void add(struct states *states, unsigned state)
{
    if (!states->has[state]) {
        states->has[state] = true;
        states->list[states->count++] = (uint16_t)state;
    }
}

/* Follows the jumps, and then takes `code`. The list grows while it is read; no state is in it
 * twice. */
static void advance(const struct pattern *p, struct states *from, struct states *to, unsigned code)
{
    for (unsigned i = 0; i < from->count; i++) {
        unsigned state = from->list[i];
        const struct step *step = p->steps + state;
        if (state == p->count)
            continue; /* after the last there may be what was taken away */
        if (step->jump) {
            add(from, (unsigned)((int)state + step->jump));
            if (step->atom)
                add(from, state + 1);
        } else if (atom_takes(p, step, code)) {
            add(to, state + 1);
        }
    }
}

bool pattern_matches(const struct pattern *p, const char *value)
{
    struct states sets[2], *from = sets, *to = sets + 1;
    empty(from);
    add(from, 0);
    for (;;) {
        empty(to);
        unsigned code = take_character(&value);
        advance(p, from, to, code);
        if (code == END || !to->count)
            return code == END && from->has[p->count];
        struct states *before = from;
        from = to;
        to = before;
    }
}
