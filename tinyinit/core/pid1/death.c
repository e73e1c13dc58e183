#include "pid1/death.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>

#include "base/message.h"
#include "pid1/cgroup.h"
#include "pid1/signals.h"

/* Says that memory ran out, if it did, and that `program` was killed for it, unless that is NULL.
 * Before main's start was remembered it may not have been the reason. */
static bool ran_out(const char *event, const char *program, pid_t pid)
{
    static const char units[] = "B\0\0\0KiB\0MiB\0GiB";
    bool is_reason = cgroup_is_remembered();
    int64_t killed = cgroup_killed_since();
    if (!killed)
        return false;
    /* "limit 128 MiB, ", or nothing where there is no limit. */
    char text[48];
    struct buffer part = {.text = text, .size = sizeof text};
    int64_t limit = cgroup_limit();
    const char *who = "the machine";
    if (limit && limit < CGROUP_NO_LIMIT) {
        who = "the container";
        int64_t amount = limit;
        unsigned unit = 0;
        for (; unit < 3 && amount % 1024 == 0; unit++)
            amount /= 1024;
        buffer_add(&part, "limit {#} {}, ", NUMBER(amount), units + 4 * unit);
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
    if (cgroup_is_remembered())
        ran_out("out_of_memory", NULL, 0);
}

void death_explain_orphan(pid_t pid, int status)
{
    say(LEVEL_INFO, "reaped", "reaped orphan {#pid}{+#status}", NUMBER(pid), NUMBER(status));
    if (cgroup_is_remembered() && WTERMSIG(status) == SIGKILL)
        ran_out("orphan_killed", "an orphan", pid);
}
