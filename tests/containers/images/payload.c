/* The app in the container tests: one static program that does, on request, what apps do to their
   init. It says every step on one line of stdout, so that `docker logs` is the record of a test. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { flush_ms = 500, orphans_at_once = 10 };

static void pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) == -1) {
    }
}

static void fail(const char *what)
{
    dprintf(1, "payload: %s: %m\n", what);
    exit(99);
}

static pid_t fork_or_fail(void)
{
    pid_t pid = fork();
    if (pid == -1) {
        fail("fork");
    }
    return pid;
}

/* The C library's sets cannot hold 32 to 34, and a container can be sent 34. */
static void block_every_signal(void)
{
    uint64_t every = ~UINT64_C(0);
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &every, NULL, sizeof every) == -1) {
        fail("rt_sigprocmask");
    }
}

static int next_signal(void)
{
    uint64_t every = ~(UINT64_C(1) << (SIGCHLD - 1));
    int number;
    do {
        number = (int)syscall(SYS_rt_sigtimedwait, &every, NULL, NULL, sizeof every);
    } while (number == -1);
    return number;
}

static char state_of(const char *pid)
{
    char path[300];
    char line[512];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1) {
        return 0;
    }
    ssize_t size = read(file, line, sizeof line - 1);
    close(file);
    if (size <= 0) {
        return 0;
    }
    line[size] = 0;
    char *name_end = strrchr(line, ')');
    return name_end != NULL && name_end[1] != 0 ? name_end[2] : 0;
}

static int count_zombies(void)
{
    DIR *proc = opendir("/proc");
    if (proc == NULL) {
        fail("/proc");
    }
    int zombies = 0;
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && state_of(entry->d_name) == 'Z') {
            zombies++;
        }
    }
    closedir(proc);
    return zombies;
}

/* An orphan that ends before its parent would be reaped by nobody but that parent's death. */
static void orphan(void (*life)(void))
{
    pid_t parent = fork_or_fail();
    if (parent != 0) {
        waitpid(parent, NULL, 0);
        return;
    }
    pid_t self = getpid();
    if (fork_or_fail() == 0) {
        while (getppid() == self) {
            pause_ms(1);
        }
        life();
        _exit(0);
    }
    _exit(0);
}

static void end_at_once(void)
{
}

/* Returns when all have died: each holds the pipe's end open while it lives. */
static void make_orphans(int count, void (*life)(void))
{
    int ends[2];
    char byte;
    if (pipe2(ends, O_CLOEXEC) == -1) {
        fail("pipe2");
    }
    for (int made = 0; made < count; made++) {
        orphan(life);
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) > 0) {
    }
    close(ends[0]);
}

/* Under a limit of 20 processes the batches fit only if the init reaps each before the next. */
static void report_orphans(int count)
{
    int zombies = 0;
    for (int made = 0; made < count; made += orphans_at_once) {
        make_orphans(orphans_at_once, end_at_once);
        zombies = count_zombies();
        for (int waited = 0; zombies != 0 && waited < 2000; waited += 10) {
            pause_ms(10);
            zombies = count_zombies();
        }
    }
    dprintf(1, "orphans %d zombies %d\n", count, zombies);
}

static void use_terminal(void)
{
    struct termios how;
    dprintf(1, "foreground %s\n", tcgetpgrp(0) == getpgrp() ? "yes" : "no");
    if (tcgetattr(0, &how) == -1) {
        fail("tcgetattr");
    }
    how.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(0, TCSANOW, &how) == -1) {
        fail("tcsetattr");
    }
}

static int serve(int code, int orphans)
{
    block_every_signal();
    if (orphans > 0) {
        report_orphans(orphans);
    }
    if (isatty(0)) {
        use_terminal();
    }
    dprintf(1, "ready\n");
    for (int number; (number = next_signal()) != SIGTERM;) {
        dprintf(1, "signal %d\n", number);
    }
    dprintf(1, "flushing\n");
    pause_ms(flush_ms);
    dprintf(1, "flushed\n");
    return code;
}

static _Noreturn void ignore_everything(void)
{
    block_every_signal();
    dprintf(1, "stubborn\n");
    for (;;) {
        next_signal();
    }
}

/* Written to, because memory that nobody touches is never taken. */
static void eat(void)
{
    for (size_t size = 1 << 20;;) {
        void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            fail("mmap");
        }
        memset(block, 1, size);
    }
}

static int eat_in_child(void)
{
    int status;
    pid_t child = fork_or_fail();
    if (child == 0) {
        eat();
    }
    if (waitpid(child, &status, 0) != child) {
        fail("waitpid");
    }
    dprintf(1, "child killed by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 0;
}

int main(int argc, char **argv)
{
    const char *task = argc > 1 ? argv[1] : "";
    if (strcmp(task, "serve") == 0 && argc > 2) {
        return serve(atoi(argv[2]), argc > 3 ? atoi(argv[3]) : 0);
    }
    if (strcmp(task, "zombies") == 0) {
        dprintf(1, "%d\n", count_zombies());
        return 0;
    }
    if (strcmp(task, "ignore") == 0) {
        ignore_everything();
    }
    if (strcmp(task, "eat") == 0) {
        eat();
    }
    if (strcmp(task, "eat-in-child") == 0) {
        return eat_in_child();
    }
    if (strcmp(task, "eat-in-orphan") == 0) {
        make_orphans(1, eat);
        return 0;
    }
    dprintf(1, "payload: expected serve CODE [ORPHANS], zombies, ignore, eat, eat-in-child, "
               "eat-in-orphan\n");
    return 98;
}
