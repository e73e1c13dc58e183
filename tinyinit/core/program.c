#include "program.h"

#include <string.h>
#include <unistd.h>

#include "descriptors.h"

#include "startup_only.h"

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_X86_64:
        return "x86_64";
    case EM_386:
        return "i686";
    case EM_AARCH64:
        return "aarch64";
    case EM_ARM:
        return "arm";
    case EM_RISCV:
        return "riscv64";
    case EM_PPC64:
        return "ppc64le";
    case EM_S390:
        return "s390x";
    case 258: /* EM_LOONGARCH, newer than some elf.h */
        return "loongarch64";
    default:
        return "another machine";
    }
}

#if defined __x86_64__
enum { THIS_MACHINE = EM_X86_64 };
#elif defined __i386__
enum { THIS_MACHINE = EM_386 };
#elif defined __aarch64__
enum { THIS_MACHINE = EM_AARCH64 };
#elif defined __arm__
enum { THIS_MACHINE = EM_ARM };
#elif defined __riscv
enum { THIS_MACHINE = EM_RISCV };
#elif defined __powerpc64__
enum { THIS_MACHINE = EM_PPC64 };
#elif defined __s390x__
enum { THIS_MACHINE = EM_S390 };
#elif defined __loongarch__
enum { THIS_MACHINE = 258 };
#endif

#if __SIZEOF_POINTER__ == 8
enum { THIS_CLASS = ELFCLASS64 };
#else
enum { THIS_CLASS = ELFCLASS32 };
#endif

bool program_is_elf(const struct program_head *head)
{
    return head->length >= sizeof(Elf32_Ehdr) && !memcmp(head->text, ELFMAG, SELFMAG);
}

bool program_is_native(const struct program_head *head)
{
    return program_is_elf(head) && head->elf64.e_machine == THIS_MACHINE &&
           head->text[EI_CLASS] == THIS_CLASS;
}

const char *program_machine(const struct program_head *head)
{
    return machine_name(head->elf64.e_machine);
}

const char *program_this_machine(void)
{
    return machine_name(THIS_MACHINE);
}

/* The interpreter of a `#!` line, as the kernel reads it. */
static const char *script_interpreter(struct program_head *head)
{
    char *start = head->text + 2;
    while (*start == ' ' || *start == '\t')
        start++;
    char *end = start;
    while (*end && *end != ' ' && *end != '\t' && *end != '\n')
        end++;
    *end = '\0';
    return *start ? start : NULL;
}

/* Where the program header says that the name of the loader is; 0 if none does. */
static size_t loader_offset(const struct program_head *head)
{
    bool wide = head->text[EI_CLASS] == ELFCLASS64;
    size_t at = wide ? (size_t)head->elf64.e_phoff : head->elf32.e_phoff;
    size_t count = wide ? head->elf64.e_phnum : head->elf32.e_phnum;
    size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    for (; count && at < head->length && size <= head->length - at; at += size, count--) {
        Elf64_Phdr header64;
        Elf32_Phdr header32;
        memcpy(&header64, head->text + at, wide ? sizeof header64 : 0);
        memcpy(&header32, head->text + at, wide ? 0 : sizeof header32);
        if ((wide ? header64.p_type : header32.p_type) == PT_INTERP)
            return wide ? (size_t)header64.p_offset : header32.p_offset;
    }
    return 0;
}

/* The name follows the headers, but for linkers that put it at the end of the first page and tools
 * like patchelf, which put a longer one at the end of the file: what is not within the head is read
 * to where no header is. */
static const char *loader(int fd, struct program_head *head)
{
    enum { FAR = sizeof head->text / 2, LONGEST = 256 };
    size_t offset = loader_offset(head);
    if (offset == 0)
        return NULL;
    if (offset < head->length && offset + strlen(head->text + offset) < head->length)
        return head->text + offset;
    ssize_t length = pread(fd, head->text + FAR, LONGEST, (off_t)offset);
    if (length <= 0)
        return NULL;
    head->text[FAR + length] = '\0';
    return head->text + FAR;
}

const char *program_interpreter(const char *file, struct program_head *head)
{
    memset(head, 0, sizeof *head);
    int fd = descriptors_open(file);
    if (fd < 0)
        return NULL;
    ssize_t length = read(fd, head->text, sizeof head->text - 1);
    head->length = length > 0 ? (size_t)length : 0;
    const char *name = NULL;
    if (!memcmp(head->text, "#!", 2))
        name = script_interpreter(head);
    else if (program_is_elf(head))
        name = loader(fd, head);
    close(fd);
    return name;
}
