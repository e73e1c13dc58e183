#include "pid1/death.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include "base/descriptors.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"
#include "pid1/signals.h"

enum { FOLDER_SIZE = 512, FILE_SIZE = 24, TEXT_SIZE = 1024 };

/* Limits at or over this are what both versions of cgroups say for "none". */
static const int64_t NO_LIMIT = INT64_C(1) << 60;

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

void death_remember(void)
{
    char lines[1 + TEXT_SIZE];
    *lines = '\n'; /* so that there is one before each line */
    descriptors_read("/proc/self/cgroup", lines + 1, TEXT_SIZE);
    cgroup.remembered = true;
    cgroup.known = find_in(lines, &versions[1]) || find_in(lines, &versions[0]);
}

/* How many processes were killed for memory since the last look. */
static int64_t killed_since(void)
{
    int64_t told = cgroup.killed;
    if (!cgroup.remembered) {
        death_remember();
        told = 0;
    }
    int64_t killed = cgroup.known ? count_killed() : -1;
    if (killed <= told)
        return 0;
    cgroup.killed = killed;
    return killed - told;
}

/* Says that memory ran out, if it did, and that `program` was killed for it, unless that is NULL.
 * Before main's start was remembered it may not have been the reason. */
static bool ran_out(const char *event, const char *program, pid_t pid)
{
    static const char units[] = "B\0\0\0KiB\0MiB\0GiB";
    bool is_reason = cgroup.remembered;
    int64_t killed = killed_since();
    if (!killed)
        return false;
    /* "limit 128 MiB, ", or nothing where there is no limit. */
    char text[48];
    struct line part = {.text = text, .size = sizeof text};
    int64_t limit = read_counter(cgroup.version->limit, "");
    if (limit < 0)
        limit = 0;
    const char *who = "the machine";
    if (limit && limit < NO_LIMIT) {
        who = "the container";
        int64_t amount = limit;
        unsigned unit = 0;
        for (; unit < 3 && amount % 1024 == 0; unit++)
            amount /= 1024;
        line_add(&part, "limit {#} {}, ", NUMBER(amount), units + 4 * unit);
    }
    text[part.length] = '\0';
    const char *es = killed == 1 ? "" : "es";
    const char *ran = is_reason ? "ran" : "has run", *ever = is_reason ? "" : " so far";
    if (program)
        say(LEVEL_WARNING, event,
            "{program} (pid {#pid}) was killed by {signal}{-so}{-who} {-ran} out of memory "
            "({-limit}{#killed} process{-es} killed{-ever}){+#limit_bytes}",
            program, NUMBER(pid), "SIGKILL", is_reason ? ": " : "; ", who, ran, text,
            NUMBER(killed), es, ever, NUMBER(limit));
    else
        say(LEVEL_WARNING, event,
            "{-who} {-ran} out of memory "
            "({-limit}{#killed} process{-es} killed{-ever}){+#limit_bytes}",
            who, ran, text, NUMBER(killed), es, ever, NUMBER(limit));
    return true;
}

void death_explain_main(const char *program, pid_t pid, int status)
{
    char name[SIGNAL_NAME_SIZE];
    int sig = WTERMSIG(status);
    if (WIFEXITED(status))
        say(LEVEL_INFO, "main_exited", "{program} (pid {#pid}) exited with {#code}", program,
            NUMBER(pid), NUMBER(WEXITSTATUS(status)));
    else if (sig != SIGKILL || !ran_out("main_killed", program, pid))
        say(LEVEL_WARNING, "main_killed", "{program} (pid {#pid}) was killed by {signal}{-core}",
            program, NUMBER(pid), signal_name(sig, name),
            WCOREDUMP(status) ? " (core dumped)" : "");
    if (cgroup.remembered)
        ran_out("out_of_memory", NULL, 0);
}

void death_explain_orphan(pid_t pid, int status)
{
    say(LEVEL_INFO, "reaped", "reaped orphan {#pid}{+#status}", NUMBER(pid), NUMBER(status));
    if (cgroup.remembered && WTERMSIG(status) == SIGKILL)
        ran_out("orphan_killed", "an orphan", pid);
}
