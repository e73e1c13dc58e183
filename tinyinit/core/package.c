#include "package.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "message.h"
#include "path.h"
#include "text.h"

#include "startup_only.h"

enum { WORDS_MAX = 1024 };

bool package_has(const char *word)
{
    static const char words[][9] = {"doctor", "rehearse", "lint", "contract", "stack"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(word, words[i]))
            return true;
    return false;
}

/* The path of python3 beside this file: its real place if /proc tells, else the name it was started
 * by. False if that name has no folder. */
static bool beside(char path[PATH_MAX])
{
    static const char python[] = "python3";
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof python);
    if (length <= 0) {
        const char *started_as = (const char *)getauxval(AT_EXECFN);
        length = started_as ? (ssize_t)strlen(started_as) : 0;
        if (length == 0 || length >= (ssize_t)(PATH_MAX - sizeof python))
            return false;
        memcpy(path, started_as, (size_t)length);
    }
    path[length] = '\0';
    char *slash = text_find_last(path, '/');
    if (!slash)
        return false;
    memcpy(slash + 1, python, sizeof python);
    return true;
}

int package_run(char **words, char **envp)
{
    char *argv[WORDS_MAX + 4], path[PATH_MAX];
    size_t count = 0;
    while (words[count] && count < WORDS_MAX)
        count++;
    if (words[count]) {
        say(LEVEL_ERROR, "cannot_run", "{word} has more than {#most} arguments", words[0],
            NUMBER(WORDS_MAX));
        return 64;
    }
    memcpy(argv + 3, words, (count + 1) * sizeof *words);
    argv[0] = "python3";
    argv[1] = "-m";
    argv[2] = "tinyinit";
    if (beside(path)) {
        argv[0] = path; /* a virtual environment is found through the name of its python3 */
        execve(path, argv, envp);
        argv[0] = "python3";
    }
    int error = path_exec(argv, envp);
    if (error != ENOENT && error != ENOTDIR)
        return path_explain("python3", envp, error);
    say(LEVEL_ERROR, "no_python",
        "{word} is in the Python package, and there is no python3 here; run it on another machine "
        "after `pip install tinyinit`, or a program of that name with `tinyinit -- {-word}`",
        words[0], words[0]);
    return 127;
}
