#include "pid1/path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/descriptors.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/message.h"
#include "base/text.h"
#include "pid1/program.h"

#include "base/startup_only.h"

static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* Whether it is a path, or nothing, so that it is not looked up. */
static bool is_path(const char *program)
{
    return *text_find(program, '/') || !*program;
}

const char *path_of(const char *program, char *const *envp)
{
    const char *path = is_path(program) ? "" : environment_get(envp, "PATH");
    return path ? path : usual_path;
}

static const char *next_element(const char *path)
{
    path = text_find(path, ':');
    return *path ? path + 1 : NULL;
}

/* The place for `program` in the first element of `path`. An empty one is the current folder, which
 * is "/" for nobody but us. A name that is too long for a path is passed on as it is: the kernel
 * then says ENAMETOOLONG. */
static const char *place_in(const char *path, const char *program, char *buffer)
{
    size_t folder = (size_t)(text_find(path, ':') - path);
    if (folder == 0 || folder + strlen(program) + sizeof "/" > PATH_MAX)
        return program;
    memcpy(buffer, path, folder);
    buffer[folder] = '/';
    strcpy(buffer + folder + 1, program);
    return buffer;
}

size_t path_room(const char *program, const char *path)
{
    size_t room = strlen(path) + strlen(program) + sizeof "/";
    return room < PATH_MAX ? room : PATH_MAX;
}

int path_exec(char *const *argv, char *const *envp)
{
    const char *program = argv[0], *path = path_of(program, envp);
    char buffer[path_room(program, path)];
    int error = 0, denied = 0;
    for (; path; path = next_element(path)) {
        execve(place_in(path, program, buffer), argv, envp);
        error = errno;
        if (error == EACCES)
            denied = error; /* another folder may have one that runs */
        else if (error != ENOENT && error != ENOTDIR)
            return error;
    }
    return denied ? denied : error;
}

/* The first place where there is such a file: one that can be run, or the one that path_exec()
 * stumbled over. */
static const char *locate(const char *program, const char *path, char *buffer, bool runs)
{
    for (; path; path = next_element(path)) {
        const char *place = place_in(path, program, buffer);
        unsigned mode = descriptors_mode(place);
        if (runs ? S_ISREG(mode) && (mode & 0111) : mode && !S_ISDIR(mode))
            return place;
    }
    return NULL;
}

const char *path_find(const char *program, const char *path, char *buffer)
{
    return is_path(program) ? program : locate(program, path, buffer, true);
}

static void refuse_file(const char *file, const char *problem)
{
    say(LEVEL_ERROR, "cannot_run", "cannot run {program}: {problem}", file, problem);
}

static void explain_missing(const char *program, const char *path)
{
    if (!*program)
        say(LEVEL_ERROR, "not_found", "cannot run \"\": the name of the program is empty{+program}",
            program);
    else if (is_path(program))
        say(LEVEL_ERROR, "not_found", "cannot run {program}: there is no such file", program);
    else
        say(LEVEL_ERROR, "not_found",
            "cannot run {program}: it is in no folder of PATH ({path}); is it installed in this "
            "image?",
            program, path);
}

static void explain_interpreter(const char *file, const char *name)
{
    const char *end = text_find_last(name, '\r');
    say(LEVEL_ERROR, "cannot_run",
        "cannot run {program}: its interpreter {'interpreter} is missing{-advice}", file, name,
        end && !end[1] ? "; the script has Windows line ends (CRLF), save it with LF"
                       : " in this image");
}

/* What the beginning of the file has that the kernel did not find, or not take. */
static void explain_head(const char *file, int error)
{
    struct program_head head;
    const char *name = program_interpreter(file, &head);
    const char *machine = program_machine(&head), *ours = program_this_machine();
    if (error != ENOEXEC && name)
        explain_interpreter(file, name);
    else if (error != ENOEXEC)
        refuse_file(file, "a file that it needs to start is missing");
    else if (head.length == 0)
        refuse_file(file, "it is empty or cannot be read");
    else if (memcmp(head.text, ELFMAG, SELFMAG) != 0)
        refuse_file(file,
                    name ? "its #! line is not one that the kernel takes"
                         : "it is no program and has no #! line; begin a script with #!/bin/sh");
    else if (program_is_elf(&head) && machine != ours)
        say(LEVEL_ERROR, "cannot_run",
            "cannot run {program}: it is built for {built_for}, this machine is {machine}", file,
            machine, ours);
    else
        refuse_file(file, "it is damaged: its ELF headers do not fit the file");
}

static const char *access_problem(const char *file)
{
    struct statfs filesystem;
    unsigned mode = descriptors_mode(file);
    if (!mode)
        return "a folder on the way to it may not be entered";
    if (S_ISDIR(mode))
        return "it is a directory";
    if (!S_ISREG(mode))
        return "it is not a regular file";
    if (!(mode & 0111))
        return "it is not executable; chmod +x it in the image";
    if (statfs(file, &filesystem) == 0 && (filesystem.f_flags & ST_NOEXEC))
        return "its file system is mounted noexec";
    return "this user may not execute it, or its interpreter";
}

int path_explain(const char *program, char *const *envp, int error)
{
    const char *path = path_of(program, envp);
    char buffer[PATH_MAX];
    const char *found = locate(program, path, buffer, false);
    const char *file = found ? found : program;
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        if (!found) {
            explain_missing(program, path);
            return NOT_FOUND;
        }
        __attribute__((fallthrough)); /* it is there, but not what it asks for */
    case ENOEXEC:
        explain_head(file, error);
        break;
    case EACCES:
        refuse_file(file, access_problem(file));
        break;
    case E2BIG:
        refuse_file(file, "its arguments and environment are longer than the kernel takes");
        break;
    case ETXTBSY:
        refuse_file(file, "it is still open for writing");
        break;
    case EAGAIN:
        refuse_file(file, "its user has as many processes as the limit nproc allows");
        break;
    default:
        refuse_file(file, error_text(error));
    }
    return CANNOT_RUN;
}
