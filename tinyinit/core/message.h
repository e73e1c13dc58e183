/* One message is one line on stderr, written with one system call, as text or as a JSON object.
 * say() never fails and never blocks while main runs; a log that cannot be written is not an error.
 */
#ifndef TINYINIT_MESSAGE_H
#define TINYINIT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum level {
    LEVEL_ERROR, /* always shown: why tinyinit refuses */
    LEVEL_WARNING, /* hidden by --quiet */
    LEVEL_INFO, /* shown by --verbose */
};

enum field_kind { FIELD_TEXT, FIELD_QUOTED, FIELD_NUMBER, FIELD_WORDS };

/* A named value: `{name}` in the template stands for it, and it is a member of the JSON object,
 * unless it is only words that the sentence needs. */
struct field {
    enum field_kind kind;
    const char *name;
    const char *text;
    long long number;
};

#define TEXT(name, value)                                                                          \
    (struct field)                                                                                 \
    {                                                                                              \
        FIELD_TEXT, name, value, 0                                                                 \
    }
#define QUOTED(name, value)                                                                        \
    (struct field)                                                                                 \
    {                                                                                              \
        FIELD_QUOTED, name, value, 0                                                               \
    }
#define NUMBER(name, value)                                                                        \
    (struct field)                                                                                 \
    {                                                                                              \
        FIELD_NUMBER, name, NULL, value                                                            \
    }

#define WORDS(name, value)                                                                         \
    (struct field)                                                                                 \
    {                                                                                              \
        FIELD_WORDS, name, value, 0                                                                \
    }

/* SAY(level, event, template, FIELD...): `event` is the line's stable name in JSON. */
#define SAY(level, event, template, ...)                                                           \
    say(level, event, template, (const struct field[]){__VA_ARGS__},                               \
        sizeof((const struct field[]){__VA_ARGS__}) / sizeof(struct field))

void say(enum level level, const char *event, const char *template, const struct field *fields,
         size_t count);

/* The highest level that is shown from now on. */
void message_set_level(enum level highest);

/* Whether lines are JSON objects from now on. */
void message_set_json(bool json);

/* While main runs a full pipe must not stop PID 1: such a line is dropped. At other times say()
 * waits up to a second for a reader that is merely slow. */
void message_set_patient(bool patient);

#endif
