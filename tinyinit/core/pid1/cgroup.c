#include "pid1/cgroup.h"

#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/text.h"
#include "base/value.h"

/* Limits from this on are what both versions say for "none". */
static const int64_t NO_LIMIT = INT64_C(1) << 60;

enum { VERSION_1 = 2 };

enum { FOLDER_SIZE = 512, FILE_SIZE = 24, TEXT_SIZE = 1024 };

struct version {
    char mount[22];
    char mark[7]; /* what is before the ':' or ',' in our line of /proc/self/cgroup */
    char events[FILE_SIZE], limit[FILE_SIZE]; /* files of a cgroup */
};

/* "7:memory:/docker/x" and "0::/docker/x". The count of version 2 is that of our cgroup alone,
 * where the kernel has it (5.2): what runs in a cgroup below us has nothing to do with main. */
static const struct version versions[] = {
    {"/sys/fs/cgroup", "\n0:", "/memory.events.local", "/memory.max"},
    {"/sys/fs/cgroup", "\n0:", "/memory.events", "/memory.max"},
    {"/sys/fs/cgroup/memory", "memory", "/memory.oom_control", "/memory.limit_in_bytes"},
};

/* The memory files of our cgroup, found once. */
static struct {
    bool remembered; /* what there was at main's start */
    bool known; /* else nothing is ever claimed */
    const struct version *version;
    char path[FOLDER_SIZE + FILE_SIZE];
    char *file; /* where in it the folder ends */
    bool tells; /* the kernel sends SIGIO when the count has changed */
    int64_t killed; /* as far as it has been told */
    int64_t looked_ms; /* when it was last looked at */
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

/* The kernel writes to the events of version 2, and tells who watches the folder. A signal costs
 * nothing until then, and unlike an inotify instance, of which a machine has few, this watch has no
 * limit. Both stay open: without the file's the kernel may forget whom to tell. */
static void watch(void)
{
    strcpy(cgroup.file, cgroup.version->events);
    if (cgroup.version == &versions[VERSION_1] || descriptors_open(cgroup.path) < 0)
        return;
    *cgroup.file = '\0';
    int folder = descriptors_open(cgroup.path);
    cgroup.tells =
        folder >= 0 && fcntl(folder, F_NOTIFY, (unsigned long)(DN_MODIFY | DN_MULTISHOT)) == 0;
}

void cgroup_remember(void)
{
    char lines[1 + TEXT_SIZE];
    *lines = '\n'; /* so that there is one before each line */
    descriptors_read("/proc/self/cgroup", lines + 1, TEXT_SIZE);
    cgroup.remembered = true;
    for (unsigned at = 0; at <= VERSION_1 && !cgroup.known; at++)
        cgroup.known = find_in(lines, &versions[at]);
    cgroup.looked_ms = clock_ms(CLOCK_MONOTONIC);
}

void cgroup_watch(void)
{
    if (cgroup.known)
        watch();
}

bool cgroup_is_remembered(void)
{
    return cgroup.remembered;
}

int64_t cgroup_killed_since(bool *is_recent)
{
    bool is_new = cgroup.remembered;
    int64_t told = cgroup.killed;
    if (!is_new) {
        cgroup_remember();
        told = 0;
    }
    int64_t now = clock_ms(CLOCK_MONOTONIC);
    *is_recent = is_new && (cgroup.tells || now - cgroup.looked_ms <= CGROUP_RECENT_MS);
    cgroup.looked_ms = now;
    int64_t killed = cgroup.known ? count_killed() : -1;
    if (killed <= told)
        return 0;
    cgroup.killed = killed;
    return killed - told;
}

/* The smallest up to the mount: a cgroup above may have one where ours has none. */
int64_t cgroup_limit(void)
{
    int64_t least = 0;
    char *top = cgroup.path + strlen(cgroup.version->mount);
    for (;;) {
        int64_t limit = read_counter(cgroup.version->limit, "");
        if (limit > 0 && limit < NO_LIMIT && (!least || limit < least))
            least = limit;
        if (cgroup.file <= top)
            return least;
        while (*--cgroup.file != '/')
            ;
    }
}
