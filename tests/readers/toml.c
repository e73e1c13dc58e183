/* Asked with a file: its entries and its problems, one a line, texts in hexadecimal digits. */
#include "formats/toml.h"

#include <string.h>

#include "base/arena.h"
#include "talk.h"

static void put_text(FILE *answer, const char *text, size_t length)
{
    if (text[length])
        abort();
    fputc(' ', answer);
    for (size_t i = 0; i < length; i++)
        fprintf(answer, "%02x", (unsigned char)text[i]);
    if (!length)
        fputc('-', answer);
}

static void put_value(FILE *answer, const struct toml_value *value)
{
    static const char kinds[][8] = {"string", "integer", "float", "boolean", "array"};
    fprintf(answer, " %s %u %zu", kinds[value->kind], value->line, value->count);
    put_text(answer, value->text, value->length);
    size_t count = 0;
    for (const struct toml_value *item = value->items; item; item = item->next, count++)
        put_value(answer, item);
    if (count != value->count)
        abort();
}

static void put_entry(FILE *answer, const struct toml_entry *head, const struct toml_entry *entry)
{
    fprintf(answer, "%u %u", entry->line, head->depth);
    for (unsigned i = 0; i < TOML_DEPTH && head->table[i]; i++)
        put_text(answer, head->table[i], strlen(head->table[i]));
    if (entry->key) {
        fprintf(answer, " =");
        put_text(answer, entry->key, strlen(entry->key));
        put_value(answer, &entry->value);
    }
    fputc('\n', answer);
}

int main(void)
{
    for (;;) {
        size_t length, answer_length;
        char *text = talk_question(&length), *answer_text;
        FILE *answer = talk_answer(&answer_text, &answer_length);
        struct problems problems = {.file = "file"};
        const struct toml_entry none = {.key = NULL}, *head = &none;
        const struct toml_entry *entry = toml_read(text, length, &problems);
        free(text);
        for (; entry; entry = entry->next) {
            if (!entry->key)
                head = entry;
            put_entry(answer, head, entry);
        }
        for (const struct problem *problem = problems.first; problem; problem = problem->next)
            fprintf(answer, "%u: %s\n", problem->line, problem->text);
        arena_release();
        talk_send(answer, &answer_text, &answer_length);
    }
}
