#include "pid1/cgroup.h"

#include <string.h>

#include "base/descriptors.h"
#include "base/text.h"
#include "base/value.h"

enum { FOLDER_SIZE = 512, FILE_SIZE = 24, TEXT_SIZE = 1024 };

struct version {
    char mount[22];
    char mark[7]; /* what is before the ':' or ',' in our line of /proc/self/cgroup */
    char events[FILE_SIZE], limit[FILE_SIZE]; /* files of a cgroup */
};

/* "7:memory:/docker/x" and "0::/docker/x". */
static const struct version versions[] = {
    {"/sys/fs/cgroup/memory", "memory", "/memory.oom_control", "/memory.limit_in_bytes"},
    {"/sys/fs/cgroup", "\n0:", "/memory.events", "/memory.max"},
};

/* The memory files of our cgroup, found once. */
static struct {
    bool remembered; /* what there was at main's start */
    bool known; /* else nothing is ever claimed */
    const struct version *version;
    char path[FOLDER_SIZE + FILE_SIZE];
    char *file; /* where in it the folder ends */
    int64_t killed; /* as far as it has been told */
} cgroup;

/* What is behind the first `key` in the text; NULL without one. */
static const char *behind(const char *text, const char *key)
{
    size_t length = strlen(key);
    for (; *text; text++)
        if (!strncmp(text, key, length))
            return text + length;
    return NULL;
}

/* The number behind `key` in a file of our cgroup, -1 if there is none. */
static int64_t read_counter(const char *file, const char *key)
{
    char text[TEXT_SIZE];
    strcpy(cgroup.file, file);
    descriptors_read(cgroup.path, text, sizeof text);
    const char *found = behind(text, key);
    struct digits digits = parse_digits(found ? found : "");
    return digits.end ? (int64_t)digits.number : -1;
}

static int64_t count_killed(void)
{
    return read_counter(cgroup.version->events, "\noom_kill ");
}

/* Looks in the folder that a line of /proc/self/cgroup names. Inside a container the mount itself
 * is our cgroup, whatever the path says from outside: the empty path stands for that. */
static bool find_at(const char *path)
{
    size_t length = (size_t)(text_find(path, '\n') - path);
    char *end = stpcpy(cgroup.path, cgroup.version->mount);
    if (length >= (size_t)(cgroup.path + FOLDER_SIZE - end))
        return false;
    memcpy(end, path, length);
    cgroup.file = end + length;
    cgroup.killed = count_killed();
    return cgroup.killed >= 0;
}

static bool find_in(const char *lines, const struct version *version)
{
    cgroup.version = version;
    for (const char *at = lines; (at = behind(at, version->mark));) {
        const char *path = *at == ':' || *at == ',' ? behind(at, ":") : NULL;
        if (path && find_at(path))
            return true;
    }
    return find_at("");
}

void cgroup_remember(void)
{
    char lines[1 + TEXT_SIZE];
    *lines = '\n'; /* so that there is one before each line */
    descriptors_read("/proc/self/cgroup", lines + 1, TEXT_SIZE);
    cgroup.remembered = true;
    cgroup.known = find_in(lines, &versions[1]) || find_in(lines, &versions[0]);
}

bool cgroup_is_remembered(void)
{
    return cgroup.remembered;
}

int64_t cgroup_killed_since(void)
{
    int64_t told = cgroup.killed;
    if (!cgroup.remembered) {
        cgroup_remember();
        told = 0;
    }
    int64_t killed = cgroup.known ? count_killed() : -1;
    if (killed <= told)
        return 0;
    cgroup.killed = killed;
    return killed - told;
}

int64_t cgroup_limit(void)
{
    int64_t limit = read_counter(cgroup.version->limit, "");
    return limit < 0 ? 0 : limit;
}
