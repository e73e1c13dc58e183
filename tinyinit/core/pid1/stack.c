#include "pid1/stack.h"

#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/message.h"
#include "base/text.h"
#include "pid1/path.h"
#include "pid1/program.h"

#include "base/startup_only.h"

enum { SCRIPTS_MAX = 4, INTERPRETER_SIZE = 256 }; /* the kernel's own limits */

static const char preload[] = "LD_PRELOAD=";

/* musl's: colon, space, and \t \n \v \f \r. */
static bool is_separator(char byte)
{
    return byte == ':' || byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* How far it is to the next separator or the end. */
static size_t item_length(const char *list)
{
    size_t length = 0;
    while (list[length] && !is_separator(list[length]))
        length++;
    return length;
}

/* Where the C libraries install the loaders of this machine: musl's, then glibc's. */
#if defined __x86_64__
static const char musl[] = "/lib/ld-musl-x86_64.so.1", glibc[] = "/lib64/ld-linux-x86-64.so.2";
#elif defined __i386__
static const char musl[] = "/lib/ld-musl-i386.so.1", glibc[] = "/lib/ld-linux.so.2";
#elif defined __aarch64__
static const char musl[] = "/lib/ld-musl-aarch64.so.1", glibc[] = "/lib/ld-linux-aarch64.so.1";
#elif defined __arm__
static const char musl[] = "/lib/ld-musl-armhf.so.1", glibc[] = "/lib/ld-linux-armhf.so.3";
#elif defined __riscv
static const char musl[] = "/lib/ld-musl-riscv64.so.1",
                  glibc[] = "/lib/ld-linux-riscv64-lp64d.so.1";
#elif defined __powerpc64__
static const char musl[] = "/lib/ld-musl-powerpc64le.so.1", glibc[] = "/lib64/ld64.so.2";
#elif defined __s390x__
static const char musl[] = "/lib/ld-musl-s390x.so.1", glibc[] = "/lib/ld64.so.1";
#elif defined __loongarch__
static const char musl[] = "/lib/ld-musl-loongarch64.so.1",
                  glibc[] = "/lib64/ld-linux-loongarch-lp64d.so.1";
#endif

/* A static program, as busybox or a launcher in Go, takes no LD_PRELOAD but hands it on. Where
 * musl's loader is the only one, nobody can get it who would complain. */
__attribute__((noinline)) static bool only_musl_is_there(void)
{
    return access(musl, X_OK) == 0 && access(glibc, F_OK) != 0;
}

/* Only a loader of our own machine: musl does not look whether a file is for it, and would take
 * headers of 64 bits for those of 32. */
bool stack_preload_fits(const char *program, char *const *envp)
{
    struct program_head head;
    const char *path = path_of(program, envp);
    char buffer[path_room(program, path)];
    const char *file = path_find(program, path, buffer);
    for (int depth = 0; file && depth <= SCRIPTS_MAX; depth++) {
        file = program_interpreter(file, &head);
        if (!file)
            return program_is_elf(&head) && program_is_native(&head) && only_musl_is_there();
        if (strlen(file) >= INTERPRETER_SIZE)
            return false;
        if (program_is_elf(&head)) {
            const char *slash = text_find_last(file, '/');
            return program_is_native(&head) && slash && !strncmp(slash, "/ld-musl-", 9);
        }
    }
    return false;
}

/* What we were started as, which needs no /proc. It is relative if execve() was called so, and then
 * to the folder that we still are in. Where main has another root it may name nothing or another
 * file: musl passes over what it cannot load, without a word. What must not be named is a
 * descriptor (fexecve), which in main is something else that its loader would wait for. */
static const char *own_path(char buffer[PATH_MAX])
{
    const char *name = (const char *)getauxval(AT_EXECFN);
    if (!name || !*name || !strncmp(name, "/dev/fd/", 8))
        return NULL;
    size_t length = strlen(name);
    if (length >= PATH_MAX)
        return NULL;
    if (*name == '/')
        return name;
    /* The raw call: Zig's own getcwd() brings 32 KiB of variables with it. It counts the end. */
    long folder = syscall(SYS_getcwd, buffer, PATH_MAX - length - 1);
    if (folder < 0 || *buffer != '/') /* "(unreachable)/…" */
        return NULL;
    buffer[folder - 1] = '/';
    strcpy(buffer + folder, name);
    return buffer;
}

static bool is_listed(const char *list, const char *path)
{
    for (;; list++) {
        size_t item = item_length(list);
        if (!strncmp(list, path, item) && !path[item])
            return true;
        list += item;
        if (!*list)
            return false;
    }
}

static char *leave_alone(const char *reason)
{
    say(LEVEL_WARNING, "no_preload",
        "main's threads keep musl's small stacks, because {-reason}; --stack off hides this",
        reason);
    return NULL;
}

char *stack_preload(char *const *envp, char entry[PRELOAD_SIZE])
{
    char buffer[PATH_MAX];
    const char *own = own_path(buffer);
    if (!own)
        return leave_alone("tinyinit was started by a name that is no path");
    if (own[item_length(own)])
        return leave_alone("the path of tinyinit has a space or colon, which LD_PRELOAD cannot");
    const char *before = environment_get(envp, "LD_PRELOAD");
    if (!before)
        before = "";
    if (is_listed(before, own))
        return NULL;
    if (strlen(before) + strlen(own) + sizeof preload + 1 > PRELOAD_SIZE)
        return leave_alone("LD_PRELOAD is too long already");
    char *end = stpcpy(stpcpy(entry, preload), before);
    /* Ours last: nobody else offers the one function that comes from it, and there are libraries
     * that insist on being the first (those of the sanitizers). */
    if (*before)
        *end++ = ':';
    strcpy(end, own);
    say(LEVEL_INFO, "preload", "threads on musl get stacks of 8 MiB ({entry})", entry);
    return entry;
}
