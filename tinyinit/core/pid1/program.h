/* What a file that shall be run asks for: the beginning of it, its interpreter, its machine. */
#ifndef TINYINIT_PROGRAM_H
#define TINYINIT_PROGRAM_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

/* Zero filled. Enough for a `#!` line or the headers of a program and, as most linkers lay it out,
 * the name of its loader. */
struct program_head {
    size_t length; /* 0: it is empty or cannot be read */
    union {
        char text[1024];
        Elf64_Ehdr elf64;
        Elf32_Ehdr elf32;
    };
};

/* Reads the head. Returns the interpreter that a script or a dynamic program asks for, which stays
 * in `head`, or NULL if it asks for none. `file` may be what the same head gave before. */
const char *program_interpreter(const char *file, struct program_head *head);

bool program_is_elf(const struct program_head *head);

/* Whether an ELF header is of the machine that tinyinit is built for. */
bool program_is_native(const struct program_head *head);

/* "x86_64": of an ELF header, and of tinyinit. */
const char *program_machine(const struct program_head *head);
const char *program_this_machine(void);

#endif
