/* Reads what the stage is asked for and sets it, in the process that is about to become the init
 * under test. Masks go through raw system calls: the C library keeps 32 to 34 to itself. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static uint64_t signal_set(const char *list)
{
    if (strcmp(list, "all") == 0)
        return UINT64_MAX;
    uint64_t set = 0;
    for (char *end = (char *)list; *end; end += *end == ',')
        set |= UINT64_C(1) << (strtol(end, &end, 10) - 1);
    return set;
}

static int number_list(const char *list, int *numbers, int limit)
{
    int count = 0;
    for (char *end = (char *)list; *end && count < limit; end += *end == ',')
        numbers[count++] = (int)strtol(end, &end, 10);
    return count;
}

/* Numbers of system calls, each with the errno it is refused with, unless that is EPERM:
 * "7,328:95".
 */
static void read_refused(struct scene *scene, const char *list)
{
    for (char *end = (char *)list; *end && scene->refused_count < 16; end += *end == ',') {
        scene->refused[scene->refused_count] = (int)strtol(end, &end, 10);
        int error = *end == ':' ? (int)strtol(end + 1, &end, 10) : EPERM;
        scene->refused_with[scene->refused_count++] = error;
    }
}

static bool is(const char *option, const char *name)
{
    return strcmp(option, name) == 0;
}

static bool read_flag(struct scene *scene, const char *option)
{
    bool *flag = is(option, "--pid1")        ? &scene->pid1
                 : is(option, "--parent")    ? &scene->parent
                 : is(option, "--no-proc")   ? &scene->no_proc
                 : is(option, "--read-only") ? &scene->read_only
                 : is(option, "--terminal")  ? &scene->terminal
                                             : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

static void read_value(struct scene *scene, const char *option, char *value)
{
    if (is(option, "--block"))
        scene->blocked = signal_set(value);
    else if (is(option, "--ignore"))
        scene->ignored = signal_set(value);
    else if (is(option, "--pending"))
        scene->pending = signal_set(value);
    else if (is(option, "--pid-max"))
        scene->pid_max = value;
    else if (is(option, "--last-pid"))
        scene->last_pid = value;
    else if (is(option, "--cgroup"))
        scene->cgroup = value;
    else if (is(option, "--directory"))
        scene->directory = value;
    else if (is(option, "--bind") && scene->binds_count < 8)
        scene->binds[scene->binds_count++] = value;
    else if (is(option, "--open"))
        scene->opened_count = number_list(value, scene->opened, 16);
    else if (is(option, "--close"))
        scene->closed_count = number_list(value, scene->closed, 16);
    else if (is(option, "--refuse"))
        read_refused(scene, value);
    else if (is(option, "--hold")) {
        char *end;
        scene->held = (int)strtol(value, &end, 10);
        scene->held_nth = (int)strtol(end + 1, NULL, 10);
    } else {
        errno = EINVAL;
        fail(option);
    }
}

void read_scene(struct scene *scene, char **options)
{
    for (; *options && !is(*options, "--"); options++) {
        if (!read_flag(scene, *options)) {
            read_value(scene, options[0], options[1]);
            options++;
        }
    }
    scene->argv = options + 1;
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail(path);
    close(fd);
}

static void set_mounts(const struct scene *scene)
{
    for (int i = 0; i < scene->binds_count; i++) {
        char *target = strchr(scene->binds[i], ':');
        if (!target)
            fail("--bind SOURCE:TARGET");
        *target++ = '\0';
        if (mount(scene->binds[i], target, NULL, MS_BIND | MS_REC, NULL) != 0)
            fail(target);
    }
    if (scene->read_only && mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) != 0)
        fail("remount / read-only");
    if (scene->no_proc && mount("none", "/proc", "tmpfs", MS_RDONLY, NULL) != 0)
        fail("hide /proc");
}

static void set_terminal(void)
{
    if (setsid() < 0 || ioctl(0, TIOCSCTTY, 1) != 0 || tcsetpgrp(0, getpid()) != 0)
        fail("controlling terminal");
}

static void set_signals(const struct scene *scene)
{
    uint64_t mask = scene->blocked | scene->pending;
    /* The others to their default, by system call: who starts the tests may have left some ignored
     * (glibc's posix_spawn does that to 32 and 33). */
    for (int number = 1; number <= 64; number++) {
        bool ignored = scene->ignored >> (number - 1) & 1;
        unsigned long action[20] = {(unsigned long)(ignored ? SIG_IGN : SIG_DFL)};
        if (number == SIGKILL || number == SIGSTOP)
            continue;
        if (syscall(SYS_rt_sigaction, number, action, NULL, sizeof mask) != 0)
            fail("rt_sigaction");
    }
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask) != 0)
        fail("rt_sigprocmask");
    for (int number = 1; number <= 64; number++) {
        if (scene->pending >> (number - 1) & 1)
            kill(getpid(), number);
    }
}

void set_scene(const struct scene *scene)
{
    char process[32];
    snprintf(process, sizeof process, "%d", (int)getpid());
    if (scene->cgroup) {
        char path[512];
        snprintf(path, sizeof path, "%s/cgroup.procs", scene->cgroup);
        put(path, "0");
    }
    if (scene->pid_max)
        put("/proc/sys/kernel/pid_max", scene->pid_max);
    if (scene->last_pid)
        put("/proc/sys/kernel/ns_last_pid", scene->last_pid);
    set_mounts(scene);
    if (scene->directory && chdir(scene->directory) != 0)
        fail(scene->directory);
    if (scene->terminal)
        set_terminal();
    for (int i = 0; i < scene->opened_count; i++) {
        int fd = open("/dev/null", O_RDWR);
        if (fd < 0 || (fd != scene->opened[i] && dup2(fd, scene->opened[i]) < 0))
            fail("open descriptor");
        if (fd != scene->opened[i])
            close(fd);
    }
    set_signals(scene);
    if (scene->refused_count || scene->held)
        install_filter(scene);
    for (int i = 0; i < scene->closed_count; i++)
        close(scene->closed[i]);
}
