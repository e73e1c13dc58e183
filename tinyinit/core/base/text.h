/* Small things that every reader of text needs. The C library's strchr() and strrchr() measure the
 * text or prepare for wide reads first: slow where a reader calls them again and again within a
 * long text, and kilobytes of code. */
#ifndef TINYINIT_TEXT_H
#define TINYINIT_TEXT_H

/* Where `character` first is, else the end of `text`. */
char *text_find(const char *text, char character);

/* Where it last is, else NULL. */
char *text_find_last(const char *text, char character);

#endif
