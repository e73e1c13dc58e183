#include "path.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "message.h"

#include "startup_only.h"

enum { CANNOT_RUN = 126, NOT_FOUND = 127 };

static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const char *path_of(char *const *envp)
{
    for (; *envp; envp++)
        if (!strncmp(*envp, "PATH=", 5))
            return *envp + 5;
    return usual_path;
}

/* The next place to look for `program`; *path moves on and is NULL behind the last. A name that is
 * too long for a path is passed on as it is: the kernel then says ENAMETOOLONG. */
static const char *candidate(const char *program, const char **path, char buffer[PATH_MAX])
{
    if (strchr(program, '/') || !*program) {
        *path = NULL;
        return program;
    }
    size_t folder = strcspn(*path, ":"), name = strlen(program);
    const char *start = *path;
    *path = start[folder] ? start + folder + 1 : NULL;
    if (folder == 0) /* an empty element is the current folder, which is "/" for nobody but us */
        return program;
    if (folder + name + 2 > PATH_MAX)
        return program;
    memcpy(buffer, start, folder);
    buffer[folder] = '/';
    memcpy(buffer + folder + 1, program, name + 1);
    return buffer;
}

int path_exec(const char *program, const char *path, char *const *argv, char *const *envp)
{
    char buffer[PATH_MAX];
    bool denied = false;
    while (path) {
        execve(candidate(program, &path, buffer), argv, envp);
        if (errno == EACCES)
            denied = true; /* another folder may have one that runs */
        else if (errno != ENOENT && errno != ENOTDIR)
            return errno;
    }
    return denied ? EACCES : errno;
}

/* The first place where there is such a file: the one that path_exec() stumbled over. */
static const char *locate(const char *program, const char *path, char buffer[PATH_MAX])
{
    struct stat file;
    while (path) {
        const char *place = candidate(program, &path, buffer);
        if (stat(place, &file) == 0 && (!S_ISDIR(file.st_mode) || strchr(program, '/')))
            return place;
    }
    return NULL;
}

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

/* The beginning of a file, zero filled: enough for a `#!` line or the headers of a program. */
struct head {
    size_t length;
    union {
        char text[1024];
        Elf64_Ehdr elf64;
        Elf32_Ehdr elf32;
    };
};

static bool read_head(const char *file, struct head *head)
{
    memset(head, 0, sizeof *head);
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, head->text, sizeof head->text - 1);
    close(fd);
    head->length = length > 0 ? (size_t)length : 0;
    return length > 0;
}

/* The interpreter that a script or a dynamic program asks for: it stays in `head`. NULL if none. */
static const char *interpreter(const char *file, struct head *head)
{
    if (!read_head(file, head))
        return NULL;
    if (!memcmp(head->text, "#!", 2)) {
        char *start = head->text + 2 + strspn(head->text + 2, " \t");
        start[strcspn(start, " \t\n")] = '\0';
        return *start ? start : NULL;
    }
    bool wide = head->text[EI_CLASS] == ELFCLASS64;
    if (memcmp(head->text, ELFMAG, SELFMAG) != 0)
        return NULL;
    size_t at = wide ? (size_t)head->elf64.e_phoff : head->elf32.e_phoff;
    size_t count = wide ? head->elf64.e_phnum : head->elf32.e_phnum;
    size_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    for (; count && at < head->length && size <= head->length - at; at += size, count--) {
        Elf64_Phdr header64;
        Elf32_Phdr header32;
        memcpy(&header64, head->text + at, wide ? sizeof header64 : 0);
        memcpy(&header32, head->text + at, wide ? 0 : sizeof header32);
        size_t offset = wide ? (size_t)header64.p_offset : header32.p_offset;
        if ((wide ? header64.p_type : header32.p_type) == PT_INTERP && offset < head->length)
            return head->text + offset;
    }
    return NULL;
}

static void refuse(const char *file, const char *problem)
{
    SAY(LEVEL_ERROR, "cannot_run", "cannot run {program}: {problem}", TEXT("program", file),
        TEXT("problem", problem));
}

static void explain_missing(const char *program, const char *path)
{
    if (!*program)
        SAY(LEVEL_ERROR, "not_found", "cannot run \"\": the name of the program is empty",
            TEXT("program", program));
    else if (strchr(program, '/'))
        SAY(LEVEL_ERROR, "not_found", "cannot run {program}: there is no such file",
            TEXT("program", program));
    else
        SAY(LEVEL_ERROR, "not_found",
            "cannot run {program}: it is in no folder of PATH ({path}); is it installed in this "
            "image?",
            TEXT("program", program), TEXT("path", path));
}

static void explain_interpreter(const char *file, const char *name)
{
    bool carriage_return = *name && name[strlen(name) - 1] == '\r';
    SAY(LEVEL_ERROR, "cannot_run",
        "cannot run {program}: its interpreter {interpreter} is missing{advice}",
        TEXT("program", file), QUOTED("interpreter", name),
        WORDS("advice", carriage_return
                            ? "; the script has Windows line ends (CRLF), save it with LF"
                            : " in this image"));
}

static void explain_format(const char *file)
{
    struct head head;
    const char *name = interpreter(file, &head);
    if (head.length == 0)
        refuse(file, "it is empty or cannot be read");
    else if (memcmp(head.text, ELFMAG, SELFMAG) != 0)
        refuse(file, name ? "its #! line is not one that the kernel takes"
                          : "it is no program and has no #! line; begin a script with #!/bin/sh");
    else if (head.elf64.e_machine != THIS_MACHINE && head.length >= sizeof(Elf32_Ehdr))
        SAY(LEVEL_ERROR, "cannot_run",
            "cannot run {program}: it is built for {built_for}, this machine is {machine}",
            TEXT("program", file), TEXT("built_for", machine_name(head.elf64.e_machine)),
            TEXT("machine", machine_name(THIS_MACHINE)));
    else
        refuse(file, "it is damaged: its ELF headers do not fit the file");
}

static const char *access_problem(const char *file)
{
    struct stat status;
    struct statvfs filesystem;
    if (stat(file, &status) != 0)
        return "a folder on the way to it may not be entered";
    if (S_ISDIR(status.st_mode))
        return "it is a directory";
    if (!S_ISREG(status.st_mode))
        return "it is not a regular file";
    if (!(status.st_mode & 0111))
        return "it is not executable; chmod +x it in the image";
    if (statvfs(file, &filesystem) == 0 && (filesystem.f_flag & ST_NOEXEC))
        return "its file system is mounted noexec";
    return "this user may not execute it, or its interpreter";
}

int path_explain(const char *program, const char *path, int error)
{
    char buffer[PATH_MAX];
    struct head head;
    const char *file = locate(program, path, buffer);
    if (!file && (error == ENOENT || error == ENOTDIR)) {
        explain_missing(program, path);
        return NOT_FOUND;
    }
    if (!file)
        file = program;
    if (error == EACCES) {
        refuse(file, access_problem(file));
    } else if (error == ENOEXEC) {
        explain_format(file);
    } else if (error == E2BIG) {
        refuse(file, "its arguments and environment are longer than the kernel takes");
    } else if (error == ETXTBSY) {
        refuse(file, "it is still open for writing");
    } else if (error == ENOENT || error == ENOTDIR) {
        const char *name = interpreter(file, &head);
        if (name)
            explain_interpreter(file, name);
        else
            refuse(file, "a file that it needs to start is missing");
    } else {
        refuse(file, strerror(error));
    }
    return CANNOT_RUN;
}
