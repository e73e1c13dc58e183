#include "pid1/program.h"

#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"

#include "base/startup_only.h"

enum { LOONGARCH = 258 /* EM_LOONGARCH, newer than some elf.h */ };

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
enum { THIS_MACHINE = LOONGARCH };
#endif

#if __SIZEOF_POINTER__ == 8
enum { THIS_CLASS = ELFCLASS64 };
#else
enum { THIS_CLASS = ELFCLASS32 };
#endif

static const char *machine_name(unsigned machine)
{
    static const struct {
        unsigned short machine;
        char name[12];
    } known[] = {
        {EM_X86_64, "x86_64"}, {EM_386, "i686"},           {EM_AARCH64, "aarch64"},
        {EM_ARM, "arm"},       {EM_RISCV, "riscv64"},      {EM_PPC64, "ppc64le"},
        {EM_S390, "s390x"},    {LOONGARCH, "loongarch64"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].machine == machine)
            return known[i].name;
    return "another machine";
}

bool program_is_elf(const struct program_head *head)
{
    return head->length >= sizeof(Elf32_Ehdr) && !memcmp(head->text, ELFMAG, SELFMAG);
}

bool program_is_native(const struct program_head *head)
{
    return head->elf64.e_machine == THIS_MACHINE && head->text[EI_CLASS] == THIS_CLASS;
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

/* A number of a header: of 64 bits if it is `wide`, else of 32. */
static size_t number_at(const char *at, bool wide)
{
    Elf64_Off number;
    Elf32_Off narrow;
    if (wide) {
        memcpy(&number, at, sizeof number);
    } else {
        memcpy(&narrow, at, sizeof narrow);
        number = narrow;
    }
    return (size_t)number;
}

/* Where the program header says that the name of the loader is; 0 if none does. */
static size_t loader_offset(const struct program_head *head)
{
    bool wide = head->text[EI_CLASS] == ELFCLASS64;
    size_t at = wide ? (size_t)head->elf64.e_phoff : head->elf32.e_phoff;
    size_t count = wide ? head->elf64.e_phnum : head->elf32.e_phnum;
    size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    size_t offset = wide ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset);
    for (; count && at < head->length && size <= head->length - at; at += size, count--)
        if (number_at(head->text + at, false) == PT_INTERP) /* p_type, the first of either */
            return number_at(head->text + at + offset, wide);
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
    int fd = descriptors_open(file);
    memset(head, 0, sizeof *head); /* `file` may be in it */
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
