#include "formats/envfile.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "formats/limits.h"
#include "formats/names.h"
#include "formats/scan.h"

#include "base/startup_only.h"

struct envfile_reader {
    struct scan scan;
    char *at; /* in the copied lines */
    unsigned line; /* that `at` is in */
    unsigned problem_line; /* what is wrong is told of it: where the statement begins */
    unsigned told;
    struct problems *problems;
    struct env_entry *first, **last;
    struct names names; /* of those lines */
    bool is_wrong; /* the statement that is being read: its first problem is told */
    bool stopped;
};

/* Only the first problem of a statement is told, and never what a value is: it may be a secret. */
static void tell_statement(struct envfile_reader *r, const char *template, ...)
{
    if (r->is_wrong)
        return;
    r->is_wrong = true;
    r->stopped = r->told++ == PROBLEMS_MAX;
    if (r->stopped) {
        problem_at(r->problems, r->problem_line, "more problems follow; reading stopped here");
        return;
    }
    va_list fields;
    va_start(fields, template);
    problem_format(r->problems, r->problem_line, template, fields);
    va_end(fields);
}

/* `quote` is what `what` stands in, '\0' outside quotes. */
static void tell_unlike(struct envfile_reader *r, char quote, const char *what)
{
    const char *where = "outside quotes", *instead = "single quotes";
    if (quote)
        where = quote == '"' ? "in double quotes" : "in single quotes";
    if (*text_find(what, '\''))
        instead = "double quotes";
    else if (quote == '\'')
        instead = "a file (NAME_FILE)";
    r->problem_line = r->line;
    tell_statement(r, "has {} {}, which readers read differently; use {}", what, where, instead);
}

/* Whether it is what Python, Go or JavaScript take for a space, but for ' ' and '\t'. */
static bool is_odd_space(const char *at)
{
    return scan_prefix(at, "\xc2\x85\0\xc2\xa0\0\xe1\x9a\x80\0\xe2\x80\xaf\0\xe2\x81\x9f\0"
                           "\xe3\x80\x80\0\xef\xbb\xbf\0") ||
           (scan_prefix(at, "\xe2\x80\0") && (unsigned char)at[2] <= 0x8a);
}

/* Copies the lines, and sees whether they are text at all. */
static void copy_lines(struct envfile_reader *r)
{
    r->at = r->scan.next;
    while (!r->stopped && scan_next(&r->scan)) {
        r->problem_line = r->scan.number;
        r->is_wrong = false;
        if (r->scan.wrong)
            tell_statement(r, "{}", r->scan.wrong);
        for (const char *at = r->scan.line; *at != '\n'; at++)
            if (scan_prefix(at, "\xe2\x80\xa8\0\xe2\x80\xa9\0"))
                tell_statement(r, "has U+2028 or U+2029, which readers read differently");
    }
}

/* The value is what lies from r->at to the end that is returned. */
static char *unquoted(struct envfile_reader *r)
{
    for (char *at = r->at;; at++) {
        const char *after = scan_blanks(at), *what = NULL;
        if (*after == '\n' || (after > at && after[-1] == ' ' && *after == '#'))
            return at;
        if (after > at || is_odd_space(at))
            what = *after == '#' ? "#" : "a space";
        else
            what = scan_prefix(at, "#\0'\0\"\0`\0$\0\\\0");
        if (what) {
            tell_unlike(r, '\0', what);
            return at;
        }
    }
}

/* What of a quoted value readers take differently. */
static const char *unlike_quoted(char quote, const char *at)
{
    if (quote == '\'')
        return scan_prefix(at, "${\0\\\\\0\\'\0");
    if (*at == '\\' && !*text_find("nt\"\\", at[1]))
        return "a backslash other than \\n \\t \\\" \\\\";
    return *at == '$' ? "$" : NULL;
}

/* Reads what follows the opening quote, and looks at what follows the closing one. The value
 * lies from r->at to the end that is returned: an escape takes less room than how it is written. */
static char *quoted(struct envfile_reader *r, char quote)
{
    char *at = r->at, *to = at;
    for (; *at && *at != quote; at++) {
        const char *what = unlike_quoted(quote, at);
        if (what)
            tell_unlike(r, quote, what);
        char byte = *at;
        if (byte == '\\' && (what || quote == '"')) {
            byte = *++at;
            byte = (char)(byte == 'n' ? '\n' : byte == 't' ? '\t' : byte);
        }
        *to++ = byte;
        r->line += *at == '\n';
    }
    r->at = at;
    if (!*at) {
        tell_statement(r, "has a quote that is never closed");
        return to;
    }
    const char *after = scan_blanks(++r->at);
    if (*after != '\n' && (*after != '#' || after == r->at))
        tell_statement(r, "has text after its closing quote");
    return to;
}

static void check_name(struct envfile_reader *r, const char *name, size_t length)
{
    if (length > NAME_LENGTH_MAX)
        tell_statement(r, "has a name longer than 255 bytes");
    const struct name *before = names_find(&r->names, name, length);
    if (before)
        tell_statement(r, "sets the same name as line {#}", NUMBER(before->line));
    if (r->names.count == VARIABLES_MAX && !r->is_wrong) {
        tell_statement(r, "is one of more than 1000 variables; reading stopped here");
        r->stopped = true;
    }
}

static struct env_entry *read_value(struct envfile_reader *r, const char *name, size_t name_length)
{
    struct env_entry *line = arena_take(sizeof *line);
    line->name = name;
    line->line = r->line;
    check_name(r, name, name_length);
    char quote = *r->at;
    if (quote == '"' || quote == '\'') {
        line->value = ++r->at;
        line->length = (size_t)(quoted(r, quote) - line->value);
    } else {
        line->value = r->at;
        line->length = (size_t)(unquoted(r) - line->value);
    }
    if (name_length + line->length > STRING_MAX - 1)
        tell_statement(r, "has a value longer than 128 KiB, the kernel's limit");
    return line;
}

/* Returns NULL if there is none. */
static struct env_entry *read_statement(struct envfile_reader *r)
{
    char *name = r->at = scan_blanks(r->at);
    r->is_wrong = false;
    r->problem_line = r->line;
    if (*name == '\n' || *name == '#')
        return NULL;
    if (scan_prefix(name, "export\0")) {
        char *word = name + strlen("export"), *next = scan_blanks(word);
        if (next > word && *next != '\n' && *next != '=')
            name = next;
    }
    char *end = scan_name(name, '_'), *sign = scan_blanks(end);
    bool is_name = end > name && !scan_is_digit(*name);
    if (!is_name || *sign != '=') {
        if (is_name && (*sign == '\n' || *sign == '#'))
            tell_statement(r, "has no =; write NAME=value");
        else
            tell_statement(r,
                           "is not NAME=value; a name has letters, digits and _, no digit first");
        return NULL;
    }
    r->at = scan_blanks(sign + 1);
    if (sign > end || r->at > sign + 1)
        tell_statement(r, "has a space next to =; write NAME=value");
    *end = '\0';
    return read_value(r, name, (size_t)(end - name));
}

struct env_entry *envfile_read(const char *text, size_t length, struct problems *problems)
{
    struct envfile_reader *r = arena_take(sizeof *r);
    r->line = 1;
    r->problems = problems;
    r->last = &r->first;
    scan_begin(&r->scan, text, length);
    copy_lines(r);
    if (r->told)
        return NULL;
    for (; *r->at && !r->stopped; r->line++) {
        struct env_entry *line = read_statement(r);
        r->at = text_find(r->at, '\n');
        r->at += *r->at != '\0';
        if (!line || r->is_wrong)
            continue;
        line->value[line->length] = '\0'; /* not before: it may end where the line does */
        *r->last = line;
        r->last = &line->next;
        names_add(&r->names, line->name, strlen(line->name))->line = line->line;
    }
    return r->first;
}
