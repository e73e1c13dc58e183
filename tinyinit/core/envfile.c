#include "envfile.h"

#include <string.h>

#include "arena.h"
#include "message.h"
#include "scan.h"

#include "startup_only.h"

enum {
    PROBLEMS = 20,
    VARIABLES = 1000,
    NAME_LIMIT = 255,
    STRING_LIMIT = 128 * 1024, /* of the kernel: with '=' and '\0' */
};

struct reader {
    const char *at, *end;
    unsigned line;
    struct problems *problems;
    unsigned told;
    bool is_wrong; /* the statement that is being read: its first problem is told */
    bool stopped;
    struct env_line *first, *last;
    unsigned count;
};

/* Whether one more is told. Nothing is that says what a value is: it may be a secret. */
static bool tells(struct reader *r, unsigned line)
{
    if (r->is_wrong || r->stopped)
        return false;
    r->is_wrong = true;
    r->stopped = r->told++ == PROBLEMS;
    if (r->stopped)
        problem_at(r->problems, line, "is not the last problem; reading stopped here");
    return !r->stopped;
}

static void tell(struct reader *r, unsigned line, const char *text)
{
    if (tells(r, line))
        problem_at(r->problems, line, "{}", text);
}

static void tell_unlike(struct reader *r, const char *what, const char *where, const char *instead)
{
    if (tells(r, r->line))
        problem_at(r->problems, r->line, "has {} {}, which readers take differently; use {}", what,
                   where, instead);
}

static bool is_at(const char *at, const char *end, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(end - at) >= length && !memcmp(at, text, length);
}

/* All but ' ' and '\t' of what Python, Go or JavaScript take for a space. */
static bool is_odd_space(const char *at, const char *end)
{
    static const char spaces[][4] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xaf",
                                     "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (is_at(at, end, spaces[i]))
            return true;
    return is_at(at, end, "\xe2\x80") && (unsigned char)at[2] <= 0x8a; /* it is UTF-8 */
}

/* Whether it is text at all, every line of it. */
static void check_bytes(struct reader *r)
{
    for (const char *at = r->at; at < r->end && !r->stopped; at++, r->line++) {
        const char *problem, *start = at;
        at = scan_line(at, r->end, &problem);
        for (; !problem && start < at; start++)
            if (is_at(start, at, "\xe2\x80") && (start[2] & 0xfe) == 0xa8)
                problem = "has U+2028 or U+2029, which readers take differently";
        r->is_wrong = false;
        if (problem)
            tell(r, r->line, problem);
    }
}

static bool is_line_end(const struct reader *r, const char *at)
{
    return at == r->end || *at == '\n' || *at == '\r';
}

static void skip_line(struct reader *r)
{
    while (r->at < r->end && *r->at != '\n')
        r->at++;
    r->at += r->at < r->end;
    r->line++;
}

/* The value is what lies from r->at to the end that is returned. */
static const char *unquoted(struct reader *r)
{
    static const char refused[] = "#'\"`$\\";
    const char *at = r->at;
    for (; !is_line_end(r, at); at++) {
        const char *behind = scan_blanks(at, r->end), *what = NULL;
        if (is_line_end(r, behind) || (behind > at && *behind == '#' && behind[-1] == ' '))
            break;
        if (behind > at || ((*at & 0x80) && is_odd_space(at, r->end)))
            what = *behind == '#' ? "#" : "a space";
        char shown[] = {*at, '\0'};
        for (size_t i = 0; !what && i < sizeof refused - 1; i++)
            if (*at == refused[i])
                what = shown;
        if (what) {
            tell_unlike(r, what, "outside of quotes",
                        *what == '\'' ? "double quotes" : "single quotes");
            break;
        }
    }
    return at;
}

static void check_quoted(struct reader *r, char quote, char byte, char next)
{
    static const char in_single[] = "in single quotes", a_file[] = "a file (NAME_FILE)";
    if (quote == '"' && byte == '$')
        tell_unlike(r, "$", "in double quotes", "single quotes");
    if (quote == '"' && byte == '\\' && next != 'n')
        tell_unlike(r, "a backslash that is not \\n", "in double quotes", "single quotes");
    if (quote == '\'' && byte == '$' && next == '{')
        tell_unlike(r, "${", in_single, a_file);
    if (quote == '\'' && byte == '\\' && next == '\\')
        tell_unlike(r, "\\\\", in_single, a_file);
    if (quote == '\'' && byte == '\\' && next == '\'')
        tell_unlike(r, "\\'", in_single, "double quotes");
}

/* The value is what lies between r->at, behind the quote, and the end that is returned; what is
 * behind the closing one is checked. */
static const char *quoted(struct reader *r, char quote)
{
    unsigned line = r->line;
    const char *at = r->at;
    for (; at < r->end && *at != quote; at++) {
        char next = at + 1 < r->end ? at[1] : '\0';
        check_quoted(r, quote, *at, next);
        at += *at == '\\' && (next == '\\' || next == quote);
        if (at < r->end && *at == '\n')
            r->line++;
    }
    if (at >= r->end) {
        tell(r, line, "has a quote that is never closed");
        return r->end;
    }
    const char *behind = scan_blanks(at + 1, r->end);
    if (!is_line_end(r, behind) && (*behind != '#' || behind == at + 1))
        tell(r, line, "has text behind its closing quote");
    return at;
}

static void add(struct reader *r, struct env_line *line, const char *start, const char *end,
                bool has_escapes)
{
    char *value = arena_take((size_t)(end - start) + 1);
    line->value = value;
    for (; start < end; start++) {
        if (*start == '\\' && has_escapes) {
            *value++ = '\n'; /* no other is let through */
            start++;
        } else if (*start != '\r') {
            *value++ = *start;
        }
    }
    line->length = (size_t)(value - line->value);
    if (strlen(line->name) + line->length > STRING_LIMIT - 2)
        tell(r, line->line, "has a value over 128 KiB, the kernel's limit");
    if (r->is_wrong)
        return;
    if (r->last)
        r->last->next = line;
    else
        r->first = line;
    r->last = line;
    r->count++;
}

static void check_name(struct reader *r, const char *name)
{
    if (strlen(name) > NAME_LIMIT)
        tell(r, r->line, "has a name over 255 bytes");
    for (struct env_line *line = r->first; line; line = line->next)
        if (!strcmp(line->name, name) && tells(r, r->line))
            problem_at(r->problems, r->line, "sets the name of line {#} again", NUMBER(line->line));
    if (r->count == VARIABLES && !r->is_wrong) {
        tell(r, r->line, "is one of more than 1000 variables; reading stopped here");
        r->stopped = true;
    }
}

static void read_value(struct reader *r, const char *name, size_t length)
{
    struct env_line *line = arena_take(sizeof *line);
    line->name = arena_copy(name, length);
    line->line = r->line;
    check_name(r, line->name);
    char quote = r->at < r->end ? *r->at : '\0';
    bool is_quoted = quote == '"' || quote == '\'';
    r->at += is_quoted;
    const char *end = is_quoted ? quoted(r, quote) : unquoted(r);
    if (!r->is_wrong)
        add(r, line, r->at, end, quote == '"');
    r->at = end;
}

static void read_statement(struct reader *r)
{
    static const char export[] = "export";
    r->is_wrong = false;
    const char *name = scan_blanks(r->at, r->end);
    if (is_line_end(r, name) || *name == '#')
        return;
    const char *word = is_at(name, r->end, export) ? name + sizeof export - 1 : name;
    const char *end = scan_blanks(word, r->end);
    if (end == word || is_line_end(r, end) || *end == '=')
        end = name;
    name = end;
    while (end < r->end && (scan_is_letter(*end) || scan_is_digit(*end)))
        end++;
    const char *sign = scan_blanks(end, r->end);
    bool is_name = end > name && !scan_is_digit(*name);
    if (is_name && (is_line_end(r, sign) || *sign == '#')) {
        tell(r, r->line, "has no =; write NAME=value");
    } else if (!is_name || *sign != '=') {
        tell(r, r->line, "is not NAME=value; a name has letters, digits and _, no digit first");
    } else {
        r->at = scan_blanks(sign + 1, r->end);
        if (sign > end || r->at > sign + 1)
            tell(r, r->line, "has a space beside =; write NAME=value");
        read_value(r, name, (size_t)(end - name));
    }
}

struct env_line *envfile_read(const char *text, size_t length, struct problems *problems)
{
    struct reader r = {.end = text + length, .line = 1, .problems = problems};
    r.at = scan_start(text, r.end);
    check_bytes(&r);
    if (r.told)
        return NULL;
    for (r.line = 1; r.at < r.end && !r.stopped; skip_line(&r))
        read_statement(&r);
    return r.first;
}
