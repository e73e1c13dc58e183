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

/* Only a loader of our own machine: musl does not look whether a file is for it, and would take
 * headers of 64 bits for those of 32. */
bool stack_is_musls(const char *program, char *const *envp)
{
    struct program_head head;
    const char *path = path_of(program, envp);
    char buffer[path_room(program, path)];
    const char *file = path_find(program, path, buffer);
    for (int depth = 0; file && depth <= SCRIPTS_MAX; depth++) {
        file = program_interpreter(file, &head);
        if (!file || strlen(file) >= INTERPRETER_SIZE)
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
    /* Ours last: no symbol comes from it, so the order means nothing for it, but there are
     * libraries that insist on being the first (those of the sanitizers). */
    if (*before)
        *end++ = ':';
    strcpy(end, own);
    say(LEVEL_INFO, "preload", "main's threads get stacks of 8 MiB ({entry})", entry);
    return entry;
}
