/* Small things that every reader of text needs. The C library's measure or vectorise first, which
 * is slow on a long text and takes kilobytes. */
#ifndef TINYINIT_TEXT_H
#define TINYINIT_TEXT_H

/* Where `character` first is, else the end of `text`. */
char *text_find(const char *text, char character);

/* Where it last is, else NULL. */
char *text_find_last(const char *text, char character);

#endif
