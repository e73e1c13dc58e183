/* One message is one line on stderr, written with one system call, as text or as a JSON object.
 * say() never fails and never blocks while main runs; a log that cannot be written is not an error,
 * but how many lines were lost is told later. */
#ifndef TINYINIT_MESSAGE_H
#define TINYINIT_MESSAGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/log.h"

enum level {
    LEVEL_ERROR, /* always shown: why tinyinit refuses */
    LEVEL_WARNING, /* hidden by --quiet */
    LEVEL_INFO, /* shown by --verbose */
};

/* `event` is the stable name of the message in JSON. A field of the template (buffer.h) is also a
 * member of the JSON object, under its name; not with {-name} or {-#name}: those are words that
 * only the sentence needs. With {+name} and {+#name} it is only a member. */
void say(enum level level, const char *event, const char *template, ...);

/* Writes the line to the log, whole if it is at most LINE_SIZE long. False if it is lost. */
bool message_write(const struct buffer *line);

/* Begins the JSON object that a line is: time, level, event, message. */
void message_begin_json(struct buffer *line, enum level level, const char *event,
                        const char *message);

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
