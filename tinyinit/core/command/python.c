#include "command/python.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"
#include "pid1/path.h"

#include "base/startup_only.h"

enum { WORDS_MAX = 1024 };

/* The package is asked for by import, not by `-m`: without it that says "No module named …", which
 * leaves a user in the dark. */
static const char code[] =
    "import sys\n"
    "try:\n"
    "    from tinyinit.__main__ import main\n"
    "except ModuleNotFoundError as error:\n"
    "    if not error.name.startswith('tinyinit'):\n"
    "        raise\n"
    "    word = sys.argv[1]\n"
    "    print(f'tinyinit: {word} is in the Python package, which python3 here ({sys.executable}) "
    "'\n"
    "          f'does not have; pip install tinyinit, or run a program of that name with: '\n"
    "          f'tinyinit -- {word}', file=sys.stderr)\n"
    "    sys.exit(127)\n"
    "sys.exit(main())\n";

bool python_has(const char *word)
{
    return parse_choice(word, "contract\0doctor\0rehearse\0stack\0") >= 0;
}

/* The path of python3 beside this file: its real place if /proc tells, else the name it was started
 * by. False if that name has no folder. */
static bool beside(char path[PATH_MAX])
{
    static const char python[] = "python3";
    const char *file = path;
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (length > 0)
        path[length] = '\0';
    else
        file = (const char *)getauxval(AT_EXECFN);
    const char *slash = file ? text_find_last(file, '/') : NULL;
    size_t folder = slash ? (size_t)(slash - file) + 1 : PATH_MAX;
    if (folder + sizeof python > PATH_MAX)
        return false;
    memmove(path, file, folder);
    memcpy(path + folder, python, sizeof python);
    return true;
}

int python_run(char **words, char **envp)
{
    char *argv[WORDS_MAX + 4], path[PATH_MAX];
    size_t count = 0;
    while ((argv[3 + count] = words[count]))
        if (count++ == WORDS_MAX) {
            say(LEVEL_ERROR, "cannot_run", "{word} has more than {#most} arguments", words[0],
                NUMBER(WORDS_MAX));
            return WRONG_USAGE;
        }
    argv[1] = "-c";
    argv[2] = (char *)code;
    if (beside(path)) {
        argv[0] = path; /* a virtual environment is found through the name of its python3 */
        execve(path, argv, envp);
    }
    argv[0] = "python3";
    int error = path_exec(argv, envp);
    if (error != ENOENT && error != ENOTDIR)
        return path_explain(argv[0], envp, error);
    say(LEVEL_ERROR, "no_python",
        "{word} is in the Python package, and there is no python3 here; run it on another machine "
        "after `pip install tinyinit`, or a program of that name with `tinyinit -- {-word}`",
        words[0], words[0]);
    return NOT_FOUND;
}
