/* How a reader's program is asked and answers, over stdin and stdout: a decimal length, '\n', and as
 * many bytes. */
#ifndef TINYINIT_TESTS_TALK_H
#define TINYINIT_TESTS_TALK_H

#include <stdio.h>
#include <stdlib.h>

/* The next text that is asked about, as long as it says: reading past its end is seen by a
 * sanitizer. Ends the program where there is none. */
static inline char *talk_question(size_t *length)
{
    if (scanf("%zu", length) != 1 || getchar() != '\n')
        exit(0);
    char *text = malloc(*length);
    if (*length && (!text || fread(text, 1, *length, stdin) != *length))
        exit(1);
    return text;
}

/* The stream that an answer is written to; talk_send() sends it. */
static inline FILE *talk_answer(char **text, size_t *length)
{
    FILE *answer = open_memstream(text, length);
    if (!answer)
        exit(1);
    return answer;
}

static inline void talk_send(FILE *answer, char **text, const size_t *length)
{
    fclose(answer);
    printf("%zu\n", *length);
    fwrite(*text, 1, *length, stdout);
    fflush(stdout);
    free(*text);
}

#endif
