#include "envfile.h"

#include <string.h>

#include "arena.h"
#include "file.h"
#include "message.h"
#include "scan.h"

#include "startup_only.h"

enum {
    PROBLEMS = 20,
    VARIABLES = 1000,
    NAME_LIMIT = 255,
};

struct reader {
    char *at; /* a copy: every line ends with '\n', the last is followed by '\0' */
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

static bool is_at(const char *at, const char *text)
{
    while (*text && *at == *text)
        at++, text++;
    return !*text;
}

static char *behind_blanks(char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* All but ' ' and '\t' of what Python, Go or JavaScript take for a space. */
static bool is_odd_space(const char *at)
{
    static const char spaces[][4] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xaf",
                                     "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (is_at(at, spaces[i]))
            return true;
    return is_at(at, "\xe2\x80") && (unsigned char)at[2] <= 0x8a;
}

/* Copies the lines, and sees whether they are text at all. */
static void copy_lines(struct reader *r, const char *text, const char *end)
{
    char *to = r->at = arena_take((size_t)(end - text) + 2);
    for (text = scan_start(text, end); text < end && !r->stopped; text++, r->line++) {
        const char *problem, *line = text;
        text = scan_line(line, end, &problem);
        size_t length = (size_t)(text - line);
        length -= length && text < end && text[-1] == '\r';
        memcpy(to, line, length);
        for (size_t i = 0; i < length && !problem; i++)
            if (is_at(to + i, "\xe2\x80") && (to[i + 2] & 0xfe) == 0xa8)
                problem = "has U+2028 or U+2029, which readers take differently";
        to += length;
        *to++ = '\n';
        r->is_wrong = false;
        if (problem)
            tell(r, r->line, problem);
    }
    r->line = 1;
}

/* The value is what lies from r->at to the end that is returned. */
static char *unquoted(struct reader *r)
{
    static const char refused[] = "#'\"`$\\";
    char *at = r->at;
    for (;; at++) {
        const char *behind = behind_blanks(at), *what = NULL;
        if (*behind == '\n' || (behind > at && is_at(behind - 1, " #")))
            return at;
        if (behind > at || is_odd_space(at))
            what = *behind == '#' ? "#" : "a space";
        char shown[] = {*at, '\0'};
        for (size_t i = 0; !what && i < sizeof refused - 1; i++)
            if (*at == refused[i])
                what = shown;
        if (what) {
            tell_unlike(r, what, "outside of quotes",
                        *what == '\'' ? "double quotes" : "single quotes");
            return at;
        }
    }
}

static void check_quoted(struct reader *r, char quote, const char *at)
{
    static const char in_single[][3] = {"${", "\\\\", "\\'"};
    const char *what = NULL, *where = "in single quotes", *instead = "a file (NAME_FILE)";
    if (quote == '"') {
        where = "in double quotes";
        instead = "single quotes";
        if (*at == '$')
            what = "$";
        if (*at == '\\' && at[1] != 'n' && at[1] != 't' && at[1] != '"' && at[1] != '\\')
            what = "a backslash but for \\n \\t \\\" \\\\";
    } else {
        for (size_t i = 0; i < sizeof in_single / sizeof *in_single; i++)
            if (is_at(at, in_single[i]))
                what = in_single[i];
        if (*at == '\\' && at[1] == '\'')
            instead = "double quotes";
    }
    if (what)
        tell_unlike(r, what, where, instead);
}

/* Reads what is behind the opening quote, and looks at what is behind the closing one. The value
 * lies from r->at to the end that is returned: an escape takes less room than how it is written. */
static char *quoted(struct reader *r, char quote)
{
    unsigned line = r->line;
    char *at = r->at, *to = at;
    for (; *at && *at != quote; at++) {
        check_quoted(r, quote, at);
        bool is_escape = *at == '\\' && (quote == '"' || at[1] == '\\' || at[1] == quote);
        at += is_escape;
        *to++ = (char)(is_escape && *at == 'n' ? '\n' : is_escape && *at == 't' ? '\t' : *at);
        r->line += *at == '\n';
    }
    const char *behind = behind_blanks(at + (*at != '\0'));
    if (!*at)
        tell(r, line, "has a quote that is never closed");
    else if (*behind != '\n' && (*behind != '#' || behind == at + 1))
        tell(r, line, "has text behind its closing quote");
    r->at = at + (*at != '\0');
    return to;
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

/* Returns the end of the value. */
static char *read_value(struct reader *r, const char *name)
{
    struct env_line *line = arena_take(sizeof *line);
    line->name = name;
    line->line = r->line;
    check_name(r, name);
    char quote = *r->at;
    bool is_quoted = quote == '"' || quote == '\'';
    r->at += is_quoted;
    line->value = r->at;
    char *end = is_quoted ? quoted(r, quote) : unquoted(r);
    line->length = (size_t)(end - line->value);
    if (strlen(name) + line->length > STRING_LIMIT - 1)
        tell(r, line->line, "has a value over 128 KiB, the kernel's limit");
    if (r->is_wrong)
        return end;
    if (r->last)
        r->last->next = line;
    else
        r->first = line;
    r->last = line;
    r->count++;
    return end;
}

/* Returns the end of the value, if there is one: to be ended once the line behind it is read. */
static char *read_statement(struct reader *r)
{
    static const char export[] = "export";
    r->is_wrong = false;
    char *name = behind_blanks(r->at);
    r->at = name;
    if (*name == '\n' || *name == '#')
        return NULL;
    char *word = is_at(name, export) ? name + sizeof export - 1 : name;
    char *end = behind_blanks(word);
    if (end > word && *end != '\n' && *end != '=')
        name = end;
    end = name;
    while (scan_is_letter(*end) || scan_is_digit(*end))
        end++;
    char *sign = behind_blanks(end);
    bool is_name = end > name && !scan_is_digit(*name);
    if (!is_name || *sign != '=') {
        tell(r, r->line,
             is_name && (*sign == '\n' || *sign == '#')
                 ? "has no =; write NAME=value"
                 : "is not NAME=value; a name has letters, digits and _, no digit first");
        return NULL;
    }
    r->at = behind_blanks(sign + 1);
    if (sign > end || r->at > sign + 1)
        tell(r, r->line, "has a space beside =; write NAME=value");
    *end = '\0';
    return read_value(r, name);
}

struct env_line *envfile_read(const char *text, size_t length, struct problems *problems)
{
    struct reader r = {.line = 1, .problems = problems};
    copy_lines(&r, text, text + length);
    if (r.told)
        return NULL;
    for (; *r.at && !r.stopped; r.line++) {
        char *end = read_statement(&r);
        while (*r.at && *r.at != '\n')
            r.at++;
        r.at += *r.at == '\n';
        if (end)
            *end = '\0';
    }
    return r.first;
}
