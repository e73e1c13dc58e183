/* Asked with an env file: a line "!LINE PROBLEM" for each problem, then "LINE NAME LENGTH", its
 * value and '\n' for each variable. */
#include "formats/envfile.h"

#include "base/arena.h"
#include "talk.h"

int main(void)
{
    for (;;) {
        size_t length, answer_length;
        char *text = talk_question(&length), *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        struct problems problems = {.file = ".env"};
        struct env_entry *line = envfile_read(text, length, &problems);
        free(text);
        for (struct problem *problem = problems.first; problem; problem = problem->next)
            fprintf(answer, "!%s:%u %s\n", problem->file, problem->line, problem->text);
        for (; line; line = line->next) {
            fprintf(answer, "%u %s %zu\n", line->line, line->name, line->length);
            fwrite(line->value, 1, line->length + 1, answer);
        }
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
