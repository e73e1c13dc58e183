/* Asked with a file of one variable's table, a value, and "hidden" or nothing: the problems of its
 * keys, one a line, then what is wrong with the value. */
#include "contract/rules.h"

#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "contract/hidden.h"
#include "formats/toml.h"
#include "talk.h"

static void put_value(FILE *answer, const struct rules *rules, const char *value, size_t length,
                      bool hidden)
{
    char text[LINE_SIZE];
    struct buffer complaint = {.text = text, .size = sizeof text};
    if (rules_meet(rules, value, length, hidden, &complaint)) {
        if (complaint.length)
            abort();
        fputs("meets the rules", answer);
        return;
    }
    if (complaint.full)
        abort();
    fwrite(text, 1, complaint.length, answer);
}

int main(void)
{
    for (;;) {
        size_t length, value_length, hidden_length, answer_length;
        char *text = talk_question(&length), *value = talk_question(&value_length);
        free(talk_question(&hidden_length));
        char *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        struct problems problems = {.file = "file"};
        struct rules rules = {.name = "X"};
        struct toml_value by_default = {.text = NULL};
        for (const struct toml_entry *entry = toml_read(text, length, &problems); entry;
             entry = entry->next) {
            if (!entry->key)
                rules.name = entry->table[1];
            else if (!strcmp(entry->key, "default"))
                by_default = entry->value;
            else if (!rules_set(&rules, entry->key, &entry->value, &problems))
                fprintf(answer, "%s is another's\n", entry->key);
        }
        rules_finish(&rules, 1, &problems);
        by_default.line = 1;
        if (by_default.text && !problems.count)
            rules_check_default(&rules, &by_default, name_is_secret(rules.name), &problems);
        for (const struct problem *problem = problems.first; problem; problem = problem->next)
            fprintf(answer, "%u: %s\n", problem->line, problem->text);
        if (!problems.count)
            put_value(answer, &rules, arena_copy(value, value_length), value_length,
                      hidden_length > 0);
        free(text);
        free(value);
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
