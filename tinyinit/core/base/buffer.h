/* A text that is built piece by piece, from templates or as JSON, in memory of a fixed size. */
#ifndef TINYINIT_BUFFER_H
#define TINYINIT_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *text; /* the caller's memory */
    size_t size; /* of that memory */
    size_t length;
    bool full; /* something did not fit: it and all after it is left out */
};

void buffer_put(struct buffer *buffer, const char *text);
void buffer_put_part(struct buffer *buffer, const char *text, size_t length);

/* Puts a value that others wrote, in double quotes. */
void buffer_put_quoted(struct buffer *buffer, const char *text);

/* Puts a string as JSON has it, quotes and all. */
void buffer_put_json(struct buffer *buffer, const char *text);

/* Puts a template with its fields, which are arguments in the order of the template:
 *   {name}   a text, shortened if it is very long
 *   {'name}  a value that others wrote, in double quotes
 *   {#name}  a NUMBER()
 * {-…} is the same, {+…} puts nothing. */
void buffer_format(struct buffer *buffer, const char *template, va_list fields);
void buffer_add(struct buffer *buffer, const char *template, ...);

/* Puts the fields of a template as members of a JSON object, each under its name; {-…} puts
 * nothing.
 */
void buffer_format_members(struct buffer *buffer, const char *template, va_list fields);

/* Puts one member, whose value is a string. If it does not fit it is left out whole, so that the
 * object stays valid. */
void buffer_put_member(struct buffer *buffer, const char *name, const char *value);

/* A number among the arguments of a template, 0 or more. */
#define NUMBER(value) ((unsigned long long)(value))

#endif
