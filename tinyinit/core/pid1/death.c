#include "pid1/death.h"

#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

#include "base/message.h"
#include "pid1/cgroup.h"
#include "pid1/signals.h"

/* What the sentences about memory need. */
struct memory {
    int64_t limit; /* in bytes; 0: none, it is the machine's memory that ran out */
    const char *processes;
    const char *owner; /* "the container" */
    char limit_text[48]; /* "limit 128 MiB, ", or nothing */
};

__attribute__((noinline)) static void look_at_memory(struct memory *memory, int64_t killed)
{
    static const char units[] = "B\0\0\0KiB\0MiB\0GiB";
    struct buffer text = {.text = memory->limit_text, .size = sizeof memory->limit_text};
    int64_t amount = memory->limit = cgroup_limit();
    memory->processes = killed == 1 ? "process" : "processes";
    memory->owner = amount ? "the container" : "the machine";
    unsigned unit = 0;
    for (; amount && unit < 3 && amount % 1024 == 0; unit++)
        amount /= 1024;
    if (amount)
        buffer_add(&text, "limit {#} {}, ", NUMBER(amount), units + 4 * unit);
    memory->limit_text[text.length] = '\0';
}

static void tell_kills(int64_t killed)
{
    struct memory memory;
    look_at_memory(&memory, killed);
    say(LEVEL_WARNING, "out_of_memory",
        "{-owner} ran out of memory ({-limit}{#killed} {-processes} killed){+#limit_bytes}",
        memory.owner, memory.limit_text, NUMBER(killed), memory.processes, NUMBER(memory.limit));
}

static void blame_memory(const char *event, const struct death *death, int64_t killed)
{
    struct memory memory;
    look_at_memory(&memory, killed);
    say(LEVEL_WARNING, event,
        "{program} (pid {#pid}) was killed by {signal}: {-owner} ran out of memory "
        "({-limit}{#killed} {-processes} killed){+#limit_bytes}",
        death->program, NUMBER(death->pid), "SIGKILL", memory.owner, memory.limit_text,
        NUMBER(killed), memory.processes, NUMBER(memory.limit));
}

/* Of a main that died before the count was remembered: it may have risen long ago. */
static void mention_memory(const struct death *death, int64_t killed)
{
    struct memory memory;
    look_at_memory(&memory, killed);
    say(LEVEL_WARNING, "main_killed",
        "{program} (pid {#pid}) was killed by {signal}; {-owner} has run out of memory "
        "({-limit}{#killed} {-processes} killed so far){+#limit_bytes}",
        death->program, NUMBER(death->pid), "SIGKILL", memory.owner, memory.limit_text,
        NUMBER(killed), memory.processes, NUMBER(memory.limit));
}

void death_tell_memory(void)
{
    if (!cgroup_is_remembered())
        return;
    bool is_recent;
    int64_t killed = cgroup_killed_since(&is_recent);
    if (killed)
        tell_kills(killed);
}

/* True if that says it all. */
static bool was_for_memory(const char *event, const struct death *death)
{
    bool was_remembered = cgroup_is_remembered();
    bool is_recent;
    int64_t killed = cgroup_killed_since(&is_recent);
    if (!killed)
        return false;
    if (is_recent)
        blame_memory(event, death, killed);
    else if (!was_remembered)
        mention_memory(death, killed);
    else
        tell_kills(killed);
    return is_recent || !was_remembered;
}

void death_explain_main(const struct death *death, bool is_ordinary)
{
    char name[SIGNAL_NAME_SIZE];
    int sig = WTERMSIG(death->status);
    if (WIFEXITED(death->status))
        say(LEVEL_INFO, "main_exited", "{program} (pid {#pid}) exited with {#code}", death->program,
            NUMBER(death->pid), NUMBER(WEXITSTATUS(death->status)));
    else if (sig != SIGKILL || is_ordinary || !was_for_memory("main_killed", death))
        say(is_ordinary ? LEVEL_INFO : LEVEL_WARNING, "main_killed",
            "{program} (pid {#pid}) was killed by {signal}{-core}", death->program,
            NUMBER(death->pid), signal_name(sig, name),
            WCOREDUMP(death->status) ? " (core dumped)" : "");
    death_tell_memory();
}

void death_explain_orphan(const struct death *death)
{
    char name[SIGNAL_NAME_SIZE];
    int sig = WTERMSIG(death->status);
    bool has_name = *death->program;
    const char *program = has_name ? death->program : "process";
    if (WIFEXITED(death->status))
        say(LEVEL_INFO, "reaped",
            "reaped orphan {program} (pid {#pid}): exit code {#code}{+#status}", program,
            NUMBER(death->pid), NUMBER(WEXITSTATUS(death->status)), NUMBER(death->status));
    else
        say(LEVEL_INFO, "reaped",
            "reaped orphan {program} (pid {#pid}): killed by {signal}{-core}{+#status}", program,
            NUMBER(death->pid), signal_name(sig, name),
            WCOREDUMP(death->status) ? " (core dumped)" : "", NUMBER(death->status));
    struct death named = {has_name ? program : "an orphan", death->pid, death->status};
    if (cgroup_is_remembered() && sig == SIGKILL)
        was_for_memory("orphan_killed", &named);
}
