/* The stage on which an init under test plays: a new PID namespace with its own /proc, in which
 * everything dies when this process or its control pipe does. What happens is reported, a line
 * each, on the status descriptor: "pid N", "init N", "held N", "exit N", "signal N", "error …". */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_fd = -1;
static int control_fd = -1;

void report(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    if (write(status_fd, line, (size_t)length) != length)
        _exit(99);
}

_Noreturn void fail(const char *what)
{
    report("error %s: %s", what, strerror(errno));
    _exit(98);
}

static void report_end(int status)
{
    if (WIFSIGNALED(status))
        report("signal %d", WTERMSIG(status));
    else
        report("exit %d", WEXITSTATUS(status));
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail(path);
    close(fd);
}

/* Without root, root in a user namespace of our own does as well. */
static void become_root(void)
{
    char map[64];
    unsigned uid = geteuid(), gid = getegid();
    if (unshare(CLONE_NEWUSER) != 0)
        fail("unshare user");
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
}

_Noreturn static void play(const struct scene *scene)
{
    set_scene(scene);
    execv(scene->argv[0], scene->argv);
    fail(scene->argv[0]);
}

/* PID 1 of the namespace when the init under test is not: adopts and reaps, to the very end. */
_Noreturn static void harness(const struct scene *scene)
{
    pid_t *init =
        mmap(NULL, sizeof *init, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (init == MAP_FAILED)
        fail("mmap");
    pid_t child = fork();
    if (child == 0 && scene->parent) {
        pid_t grandchild = fork();
        if (grandchild == 0)
            play(scene);
        *init = grandchild;
        report("init %d", (int)grandchild);
        for (;;)
            pause();
    }
    if (child == 0)
        play(scene);
    if (!scene->parent) {
        *init = child;
        report("init %d", (int)child);
    }
    for (;;) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);
        if (ended < 0)
            pause();
        else if (ended == *init)
            report_end(status);
    }
}

static void watch(pid_t child, int listener)
{
    int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    if (pidfd < 0)
        fail("pidfd_open");
    struct pollfd polled[] = {{pidfd, POLLIN, 0}, {control_fd, POLLIN, 0}, {listener, POLLIN, 0}};
    for (;;) {
        if (poll(polled, 3, -1) < 0)
            fail("poll");
        if (polled[0].revents)
            return;
        if (polled[1].revents) {
            char order;
            if (read(control_fd, &order, 1) == 1) {
                release_held(listener);
            } else {
                kill(child, SIGKILL);
                polled[1].fd = -1;
            }
        }
        if (polled[2].revents & POLLIN)
            receive_held(listener);
        else if (polled[2].revents)
            polled[2].fd = -1;
    }
}

int main(int argc, char **argv)
{
    struct scene scene = {0};
    if (argc < 4)
        return 97;
    status_fd = fcntl(atoi(argv[1]), F_DUPFD_CLOEXEC, 900);
    control_fd = fcntl(atoi(argv[2]), F_DUPFD_CLOEXEC, 900);
    close(atoi(argv[1]));
    close(atoi(argv[2]));
    read_scene(&scene, argv + 3);
    if (geteuid() != 0)
        become_root();
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
        fail("unshare");
    prepare_hold(&scene);
    int gate[2];
    if (pipe2(gate, O_CLOEXEC) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        char byte;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(gate[1]);
        if (read(gate[0], &byte, 1) != 1)
            _exit(98);
        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
            fail("mount /proc");
        if (scene.pid1)
            play(&scene);
        harness(&scene);
    }
    if (child < 0)
        fail("fork");
    report("pid %d", (int)child);
    if (write(gate[1], "", 1) != 1)
        fail("let the namespace begin");
    watch(child, take_listener(&scene));
    int status;
    waitpid(child, &status, 0);
    if (scene.pid1)
        report_end(status);
    return 0;
}
