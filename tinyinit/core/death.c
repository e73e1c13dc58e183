#include "death.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "message.h"
#include "signals.h"
#include "text.h"
#include "value.h"

enum { FOLDER_SIZE = 512, TEXT_SIZE = 1024 };

/* Limits at or over this are what both versions of cgroups say for "none". */
static const uint64_t NO_LIMIT = UINT64_C(1) << 60;

/* The memory files of our cgroup, found once. */
static struct {
    bool remembered; /* what there was at main's start */
    bool known; /* else nothing is ever claimed */
    bool version2;
    char folder[FOLDER_SIZE];
    uint64_t killed; /* as far as it has been told */
} cgroup;

static bool read_file(const char *folder, const char *name, char text[TEXT_SIZE])
{
    char path[FOLDER_SIZE + 32];
    strcpy(stpcpy(stpcpy(path, folder), "/"), name);
    return descriptors_read(path, text, TEXT_SIZE);
}

static const char *const events_file[] = {"memory.oom_control", "memory.events"};
static const char *const limit_file[] = {"memory.limit_in_bytes", "memory.max"};
static const char *const mount[] = {"/sys/fs/cgroup/memory", "/sys/fs/cgroup"};

/* "7:memory:/docker/x" or "0::/docker/x": the path of our cgroup in the hierarchy. */
static const char *path_in(const char *line, bool version2)
{
    const char *controllers = text_find(line, ':');
    const char *path = *controllers ? text_find(controllers + 1, ':') : controllers;
    if (!*path)
        return NULL;
    for (const char *name = controllers; name < path; name++)
        if (version2 ? path == controllers + 1
                     : (!strncmp(name + 1, "memory", 6) && (name[7] == ',' || name[7] == ':')))
            return path + 1;
    return NULL;
}

static bool count_killed(uint64_t *killed)
{
    char text[TEXT_SIZE];
    if (!read_file(cgroup.folder, events_file[cgroup.version2], text))
        return false;
    static const char name[] = "\noom_kill ";
    const char *count = text;
    while (strncmp(count, name, sizeof name - 1) != 0)
        if (!*count++)
            return false;
    count += sizeof name - 1;
    struct digits digits = parse_digits(count);
    *killed = digits.number;
    return digits.end;
}

/* Looks in the folder that a line of /proc/self/cgroup names. Inside a container the mount itself
 * is our cgroup, whatever the path says from outside: the empty path stands for that. */
static bool find_at(const char *path)
{
    size_t start = strlen(mount[cgroup.version2]);
    if (strlen(path) + start >= FOLDER_SIZE)
        return false;
    strcpy(stpcpy(cgroup.folder, mount[cgroup.version2]), path);
    return count_killed(&cgroup.killed);
}

static bool find_in(char lines[TEXT_SIZE], bool version2)
{
    cgroup.version2 = version2;
    for (char *line = lines; *line;) {
        char *end = text_find(line, '\n');
        bool last = !*end;
        *end = '\0';
        const char *path = path_in(line, version2);
        bool found = path && find_at(path);
        *end = last ? '\0' : '\n';
        if (found)
            return true;
        line = end + !last;
    }
    return find_at("");
}

void death_remember(void)
{
    char lines[TEXT_SIZE] = "";
    read_file("/proc/self", "cgroup", lines);
    cgroup.remembered = true;
    cgroup.known = find_in(lines, true) || find_in(lines, false);
}

/* "limit 128 MiB, ", or nothing where there is no limit. */
static void describe_limit(char text[48], uint64_t limit)
{
    static const char units[] = "B\0\0\0KiB\0MiB\0GiB";
    unsigned unit = 0;
    *text = '\0';
    if (limit == 0 || limit >= NO_LIMIT)
        return;
    for (; unit < 3 && limit % 1024 == 0; unit++)
        limit /= 1024;
    char digits[NUMBER_SIZE];
    char *end = stpcpy(stpcpy(text, "limit "), number_text(limit, digits));
    strcpy(stpcpy(stpcpy(end, " "), units + 4 * unit), ", ");
}

struct memory {
    uint64_t killed; /* since the last look */
    uint64_t limit; /* bytes */
    char limit_text[48];
    const char *who;
    bool is_reason; /* else it may have been before main's start */
};

static bool memory_ran_out(struct memory *memory)
{
    uint64_t killed;
    char text[TEXT_SIZE];
    memory->is_reason = cgroup.remembered;
    if (!cgroup.remembered) {
        death_remember();
        cgroup.killed = 0;
    }
    if (!cgroup.known || !count_killed(&killed) || killed <= cgroup.killed)
        return false;
    memory->killed = killed - cgroup.killed;
    cgroup.killed = killed;
    memory->limit = 0;
    if (read_file(cgroup.folder, limit_file[cgroup.version2], text))
        memory->limit = parse_digits(text).number;
    describe_limit(memory->limit_text, memory->limit);
    memory->who = *memory->limit_text ? "the container" : "the machine";
    return true;
}

static const char *processes(uint64_t count)
{
    return count == 1 ? "process" : "processes";
}

static void explain_memory(void)
{
    struct memory memory;
    if (cgroup.remembered && memory_ran_out(&memory))
        say(LEVEL_WARNING, "out_of_memory",
            "{-who} ran out of memory ({-limit}{#killed} {-processes} killed){+#limit_bytes}",
            memory.who, memory.limit_text, NUMBER(memory.killed), processes(memory.killed),
            NUMBER(memory.limit));
}

static void say_killed(const char *event, const char *program, pid_t pid, int status,
                       const struct memory *memory)
{
    char name[SIGNAL_NAME_SIZE];
    const char *signal = signal_name(WTERMSIG(status), name);
    if (memory)
        say(LEVEL_WARNING, event,
            "{program} (pid {#pid}) was killed by {signal}{-so}{-who} {-ran} out of memory "
            "({-limit}{#killed} {-processes} killed{-ever}){+#limit_bytes}",
            program, NUMBER(pid), signal, memory->is_reason ? ": " : "; ", memory->who,
            memory->is_reason ? "ran" : "has run", memory->limit_text, NUMBER(memory->killed),
            processes(memory->killed), memory->is_reason ? "" : " so far", NUMBER(memory->limit));
    else
        say(LEVEL_WARNING, event, "{program} (pid {#pid}) was killed by {signal}{-core}", program,
            NUMBER(pid), signal, WCOREDUMP(status) ? " (core dumped)" : "");
}

void death_explain_main(const char *program, pid_t pid, int status)
{
    struct memory memory;
    if (WIFEXITED(status))
        say(LEVEL_INFO, "main_exited", "{program} (pid {#pid}) exited with {#code}", program,
            NUMBER(pid), NUMBER(WEXITSTATUS(status)));
    else
        say_killed("main_killed", program, pid, status,
                   WTERMSIG(status) == SIGKILL && memory_ran_out(&memory) ? &memory : NULL);
    explain_memory();
}

void death_explain_orphan(pid_t pid, int status)
{
    struct memory memory;
    if (cgroup.remembered && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
        memory_ran_out(&memory))
        say_killed("orphan_killed", "an orphan", pid, status, &memory);
}
