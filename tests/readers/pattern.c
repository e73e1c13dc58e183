/* Asked with a pattern and a value: "yes", "no" or what is wrong with the pattern. */
#include "formats/pattern.h"

#include <string.h>

#include "base/arena.h"
#include "talk.h"

/* The next text, with a '\0' behind it: reading past that is seen by a sanitizer. */
static char *ended_question(size_t *length)
{
    char *text = talk_question(length), *copy = strndup(text, *length);
    if (!copy)
        exit(1);
    free(text);
    return copy;
}

int main(void)
{
    for (;;) {
        size_t length, value_length, answer_length;
        char *text = ended_question(&length), *value = ended_question(&value_length), *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        const char *problem;
        const struct pattern *pattern = pattern_compile(text, length, &problem);
        if (pattern)
            problem = pattern_matches(pattern, value) ? "yes" : "no";
        fputs(problem, answer);
        free(text);
        free(value);
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
