/* One message is one line on stderr, written with one system call, as text or as a JSON object.
 * say() never fails and never blocks while main runs; a log that cannot be written is not an error,
 * but how many lines were lost is told later. */
#ifndef TINYINIT_MESSAGE_H
#define TINYINIT_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"

enum level {
    LEVEL_ERROR, /* always shown: why tinyinit refuses */
    LEVEL_WARNING, /* hidden by --quiet */
    LEVEL_INFO, /* shown by --verbose */
};

/* A text that is built in a buffer of somebody's. What does not fit is left out from there on. */
struct line {
    char *text;
    size_t size; /* of the buffer */
    size_t length;
    bool full;
};

void line_put(struct line *line, const char *text);
void line_put_part(struct line *line, const char *text, size_t length);

/* Puts a value that others wrote, in double quotes. */
void line_put_quoted(struct line *line, const char *text);

/* Puts a string as JSON has it, quotes and all. */
void line_put_json(struct line *line, const char *text);

/* Puts a template with its fields, which are arguments in the order of the template:
 *   {name}   a text, shortened if it is very long
 *   {'name}  a value that others wrote, in double quotes
 *   {#name}  a NUMBER()
 * In the lines of say() a field is also a member of the JSON object, under its name; not with
 * {-name} or {-#name}: only words that the sentence needs; only there with {+name} and {+#name}. */
void line_format(struct line *line, const char *template, va_list fields);
void line_add(struct line *line, const char *template, ...);

/* A number among the arguments of a template, 0 or more. */
#define NUMBER(value) ((unsigned long long)(value))

/* `event` is the line's stable name in JSON. */
void say(enum level level, const char *event, const char *template, ...);

/* Writes the line to the log, whole if it is at most LINE_SIZE long. False if it is lost. */
bool line_write(const struct line *line);

/* Begins the JSON object that a line is: time, level, event, message. */
void line_begin_json(struct line *line, enum level level, const char *event, const char *message);

/* The highest level that is shown from now on. */
void message_set_level(enum level highest);

/* Whether messages of this level are shown. */
bool message_shows(enum level level);

/* Whether lines are JSON objects from now on. */
void message_set_json(bool json);
bool message_is_json(void);

/* As log_set_patient(). What was lost so far is told once somebody is waited for. */
void message_set_patient(bool patient);

#endif
