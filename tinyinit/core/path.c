#include "path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "descriptors.h"
#include "environment.h"
#include "message.h"
#include "program.h"
#include "text.h"

#include "startup_only.h"

enum { CANNOT_RUN = 126, NOT_FOUND = 127 };

static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const char *path_of(char *const *envp)
{
    const char *path = environment_get(envp, "PATH");
    return path ? path : usual_path;
}

static bool has_slash(const char *program)
{
    return *text_find(program, '/');
}

/* The next place to look for `program`; *path moves on and is NULL behind the last. A name that is
 * too long for a path is passed on as it is: the kernel then says ENAMETOOLONG. */
static const char *candidate(const char *program, const char **path, char *buffer)
{
    if (has_slash(program) || !*program) {
        *path = NULL;
        return program;
    }
    size_t folder = (size_t)(text_find(*path, ':') - *path), name = strlen(program);
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

size_t path_room(const char *program, const char *path)
{
    size_t room = strlen(path) + strlen(program) + sizeof "/";
    return has_slash(program) ? 1 : room < PATH_MAX ? room : PATH_MAX;
}

int path_exec(const char *program, const char *path, char *const *argv, char *const *envp)
{
    char buffer[path_room(program, path)];
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

const char *path_find(const char *program, const char *path, char *buffer)
{
    if (has_slash(program))
        return program;
    while (path) {
        const char *place = candidate(program, &path, buffer);
        unsigned mode = descriptors_mode(place);
        if (S_ISREG(mode) && (mode & 0111))
            return place;
    }
    return NULL;
}

/* The first place where there is such a file: the one that path_exec() stumbled over. */
static const char *locate(const char *program, const char *path, char *buffer)
{
    while (path) {
        const char *place = candidate(program, &path, buffer);
        unsigned mode = descriptors_mode(place);
        if (mode && (!S_ISDIR(mode) || has_slash(program)))
            return place;
    }
    return NULL;
}

static void refuse(const char *file, const char *problem)
{
    say(LEVEL_ERROR, "cannot_run", "cannot run {program}: {problem}", file, problem);
}

static void explain_missing(const char *program, const char *path)
{
    if (!*program)
        say(LEVEL_ERROR, "not_found", "cannot run \"\": the name of the program is empty{+program}",
            program);
    else if (has_slash(program))
        say(LEVEL_ERROR, "not_found", "cannot run {program}: there is no such file", program);
    else
        say(LEVEL_ERROR, "not_found",
            "cannot run {program}: it is in no folder of PATH ({path}); is it installed in this "
            "image?",
            program, path);
}

static void explain_interpreter(const char *file, const char *name)
{
    bool carriage_return = *name && name[strlen(name) - 1] == '\r';
    say(LEVEL_ERROR, "cannot_run",
        "cannot run {program}: its interpreter {'interpreter} is missing{-advice}", file, name,
        carriage_return ? "; the script has Windows line ends (CRLF), save it with LF"
                        : " in this image");
}

static void explain_format(const char *file)
{
    struct program_head head;
    const char *name = program_interpreter(file, &head);
    if (head.length == 0)
        refuse(file, "it is empty or cannot be read");
    else if (memcmp(head.text, ELFMAG, SELFMAG) != 0)
        refuse(file, name ? "its #! line is not one that the kernel takes"
                          : "it is no program and has no #! line; begin a script with #!/bin/sh");
    else if (program_is_elf(&head) && strcmp(program_machine(&head), program_this_machine()) != 0)
        say(LEVEL_ERROR, "cannot_run",
            "cannot run {program}: it is built for {built_for}, this machine is {machine}", file,
            program_machine(&head), program_this_machine());
    else
        refuse(file, "it is damaged: its ELF headers do not fit the file");
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

int path_explain(const char *program, const char *path, int error)
{
    char buffer[path_room(program, path)];
    struct program_head head;
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
    } else if (error == EAGAIN) {
        refuse(file, "its user has as many processes as the limit nproc allows");
    } else if (error == ENOENT || error == ENOTDIR) {
        const char *name = program_interpreter(file, &head);
        if (name)
            explain_interpreter(file, name);
        else
            refuse(file, "a file that it needs to start is missing");
    } else {
        refuse(file, error_text(error));
    }
    return CANNOT_RUN;
}
