/* Processes that a program leaves behind: orphans, zombies, and leftovers of every manner. */
#include "payload.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t fork_or_break(void)
{
    pid_t child = fork();
    if (child < 0)
        broken("fork");
    return child;
}

static void wait_for(pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) != child || status != 0)
        broken("middle process");
}

/* All of them die together, after their parent, when the pipe they read from closes. */
static void die_together(int count)
{
    int gate[2];
    if (pipe(gate) != 0)
        broken("pipe");
    pid_t middle = fork_or_break();
    if (middle == 0) {
        close(gate[1]);
        for (int i = 0; i < count; i++) {
            if (fork_or_break() == 0) {
                char byte;
                _exit(read(gate[0], &byte, 1) != 0);
            }
        }
        _exit(0);
    }
    close(gate[0]);
    wait_for(middle);
    close(gate[1]);
}

void orphans(const char *count)
{
    die_together(atoi(count));
    say("orphans %s", count);
}

void wave(const char *waves_and_count)
{
    char *end;
    long waves = strtol(waves_and_count, &end, 10);
    for (long i = 0; i < waves; i++)
        die_together(atoi(end + 1));
    say("waves %s", waves_and_count);
}

void zombies(const char *count)
{
    pid_t middle = fork_or_break();
    if (middle == 0) {
        for (int i = 0; i < atoi(count); i++) {
            siginfo_t info;
            pid_t child = fork_or_break();
            if (child == 0)
                _exit(0);
            if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) != 0)
                broken("waitid");
        }
        _exit(0);
    }
    wait_for(middle);
    say("zombies %s", count);
}

static bool has(const char *manner, const char *word)
{
    const char *at = strstr(manner, word);
    return at && (at == manner || at[-1] == ',');
}

static long value_of(const char *manner, const char *word)
{
    const char *at = strstr(manner, word);
    return at ? strtol(at + strlen(word), NULL, 10) : 0;
}

/* Uses up PIDs, so that those of the dead come round again, and tells if anybody is hit. */
static void churn(int count)
{
    int hit = 0;
    for (int i = 0; i < count; i++) {
        int status;
        pid_t child = fork_or_break();
        if (child == 0) {
            usleep(200);
            _exit(0);
        }
        waitpid(child, &status, 0);
        hit += status != 0;
    }
    say("hit %d", hit);
}

/* One that cleans up when told to end, and says so before and after. */
static void clean_up_on_term(const char *manner)
{
    siginfo_t info;
    next_signal(one_signal(SIGTERM), &info);
    say("leftover got SIGTERM");
    usleep((useconds_t)value_of(manner, "delay=") * 1000);
    if (has(manner, "churn="))
        churn((int)value_of(manner, "churn="));
    say("leftover cleaned up");
    _exit(0);
}

static void be_leftover(const char *manner, int ready)
{
    if (has(manner, "session"))
        setsid();
    else if (has(manner, "group"))
        setpgid(0, 0);
    set_mask(one_signal(SIGTERM));
    if (has(manner, "stubborn"))
        set_disposition(SIGTERM, SIG_IGN);
    say("leftover %d", (int)getpid());
    if (write(ready, "", 1) != 1)
        broken("write");
    close(ready);
    if (has(manner, "stopped"))
        kill(getpid(), SIGSTOP);
    if (has(manner, "stubborn"))
        for (;;)
            pause();
    clean_up_on_term(manner);
}

static void start_leftover(const char *manner)
{
    int ready[2];
    char byte;
    if (pipe(ready) != 0)
        broken("pipe");
    pid_t child = fork_or_break();
    if (child == 0) {
        close(ready[0]);
        be_leftover(manner, ready[1]);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        broken("leftover");
    close(ready[0]);
    int status;
    if (has(manner, "stopped") && waitpid(child, &status, WUNTRACED) != child)
        broken("stopped leftover");
}

void leave(const char *manner)
{
    if (!has(manner, "orphan")) {
        start_leftover(manner);
        return;
    }
    pid_t middle = fork_or_break();
    if (middle == 0) {
        start_leftover(manner);
        _exit(0);
    }
    wait_for(middle);
}

/* From the moment it is told to end, twenty processes that ignore SIGTERM fork one more and end a
 * moment later, `count` times in all: whoever lists them and then signals them comes too late. */
void bomb(const char *count)
{
    atomic_int *left =
        mmap(NULL, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (left == MAP_FAILED)
        broken("mmap");
    atomic_store(left, atoi(count));
    set_mask(one_signal(SIGTERM));
    if (fork_or_break() != 0) {
        say("bomb %s", count);
        return;
    }
    siginfo_t info;
    next_signal(one_signal(SIGTERM), &info);
    say("bomb lit");
    for (int head = 1; head < 20 && fork() != 0; head++)
        ;
    while (atomic_fetch_sub(left, 1) > 0) {
        if (fork() > 0)
            _exit(0);
        usleep(1000);
    }
    _exit(0);
}

/* An orphan that ends as `end` says: "exit=7", "die=9". */
void orphan(char *end)
{
    pid_t middle = fork_or_break();
    if (middle == 0) {
        pid_t parent = getpid();
        if (fork_or_break() == 0) {
            while (getppid() == parent)
                usleep(1000);
            obey(end);
        }
        _exit(0);
    }
    wait_for(middle);
}
