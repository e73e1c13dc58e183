/* Asked with a pattern and a value: "yes", "no" or what is wrong with the pattern. */
#include "pattern.h"

#include "arena.h"
#include "talk.h"

int main(void)
{
    for (;;) {
        size_t length, value_length, answer_length;
        char *text = talk_question(&length), *value = talk_question(&value_length), *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        const char *problem;
        const struct pattern *pattern = pattern_compile(text, length, &problem);
        free(text);
        if (pattern)
            problem = pattern_matches(pattern, value, value_length) ? "yes" : "no";
        fputs(problem, answer);
        free(value);
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
