/* The program that tests run under an init: does, in turn, what each of its arguments says
 * ("state", "leave=session,delay=200", "exit=3"), and reports on standard output, a line at a time.
 */
#include "payload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void say(const char *format, ...)
{
    static char line[300000];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    for (int done = 0, wrote; done < length; done += wrote) {
        wrote = (int)write(1, line + done, (size_t)(length - done));
        if (wrote < 0)
            _exit(96);
    }
}

_Noreturn void broken(const char *what)
{
    say("payload cannot %s: %s", what, strerror(errno));
    _exit(95);
}

static void say_hex(const char *text)
{
    static char hex[262146];
    size_t length = 0;
    for (; *text && length < sizeof hex - 2; text++, length += 2)
        snprintf(hex + length, 3, "%02x", (unsigned)(unsigned char)*text);
    hex[length] = '\0';
    say("argument %s", hex);
}

static void say_descriptors(void)
{
    char line[4096] = "open";
    size_t length = strlen(line);
    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            length += (size_t)snprintf(line + length, sizeof line - length, " %d", fd);
    say("%s", line);
}

static void say_environment(void)
{
    for (char **entry = environ; *entry; entry++)
        say("env %s", *entry);
    say("env end");
}

static void say_directory(void)
{
    char path[4096];
    if (!getcwd(path, sizeof path))
        broken("getcwd");
    say("directory %s", path);
}

static int report_signal(void)
{
    siginfo_t info;
    int number = next_signal(EVERY_SIGNAL & ~one_signal(SIGCHLD), &info);
    say("signal %d code %d value %d", number, info.si_code, info.si_value.sival_int);
    return number;
}

static void watch(const char *count)
{
    for (int i = atoi(count); i > 0; i--)
        report_signal();
}

static void watch_until(const char *number)
{
    while (report_signal() != atoi(number))
        ;
}

static void die(const char *number)
{
    int signal_number = atoi(number);
    set_disposition(signal_number, SIG_DFL);
    set_mask(EVERY_SIGNAL & ~one_signal(signal_number));
    kill(getpid(), signal_number);
    broken("die");
}

static void allow_core(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &limit) != 0)
        broken("setrlimit");
}

static void eat(const char *mebibytes)
{
    size_t size = (size_t)atol(mebibytes) << 20;
    static volatile char *memory;
    memory = malloc(size);
    for (size_t i = 0; memory && i < size; i += 4096)
        memory[i] = 1;
    say("ate %s", mebibytes);
}

static void child_eats(const char *mebibytes)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        eat(mebibytes);
        _exit(0);
    }
    waitpid(child, &status, 0);
    say("child status %d", status);
}

static void hold(void)
{
    for (;;)
        pause();
}

static void stop(void)
{
    kill(getpid(), SIGSTOP);
}

static void block_all(void)
{
    set_mask(EVERY_SIGNAL);
}

static void block_none(void)
{
    set_mask(0);
}

static void own_group(void)
{
    setpgid(0, 0);
}

/* Into the group of a child of its own, which stays: what is left of its own group is others. */
static void move_group(void)
{
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        pause();
    }
    while (setpgid(child, child) != 0)
        ;
    if (child < 0 || setpgid(0, child) != 0)
        broken("setpgid");
}

static void wait_for_input(void)
{
    char byte;
    say("read %d", (int)read(0, &byte, 1));
}

static void milliseconds(const char *count)
{
    usleep((useconds_t)atol(count) * 1000);
}

static void say_text(const char *text)
{
    say("%s", text);
}

static void leave_with(const char *code)
{
    _exit(atoi(code));
}

static const struct {
    const char *name;
    void (*plain)(void);
    void (*with_value)(const char *value);
} verbs[] = {
    {"state", say_state, NULL},
    {"masks", say_masks, NULL},
    {"descriptors", say_descriptors, NULL},
    {"environment", say_environment, NULL},
    {"directory", say_directory, NULL},
    {"core", allow_core, NULL},
    {"hold", hold, NULL},
    {"stop", stop, NULL},
    {"block", block_all, NULL},
    {"unblock", block_none, NULL},
    {"group", own_group, NULL},
    {"move", move_group, NULL},
    {"input", wait_for_input, NULL},
    {"say", NULL, say_text},
    {"sleep", NULL, milliseconds},
    {"watch", NULL, watch},
    {"until", NULL, watch_until},
    {"orphans", NULL, orphans},
    {"waves", NULL, wave},
    {"zombies", NULL, zombies},
    {"leave", NULL, leave},
    {"bomb", NULL, bomb},
    {"eat", NULL, eat},
    {"child-eats", NULL, child_eats},
    {"die", NULL, die},
    {"exit", NULL, leave_with},
};

void obey(char *word)
{
    char *value = strchr(word, '=');
    size_t length = value ? (size_t)(value - word) : strlen(word);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strlen(verbs[i].name) != length || strncmp(verbs[i].name, word, length) != 0)
            continue;
        if (verbs[i].plain)
            verbs[i].plain();
        else
            verbs[i].with_value(value ? value + 1 : "");
        return;
    }
    errno = EINVAL;
    broken(word);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "exec") == 0) {
            execv(argv[i + 1], argv + i + 1);
            broken(argv[i + 1]);
        }
        if (strncmp(argv[i], "orphan=", 7) == 0) {
            orphan(argv[i] + 7);
            continue;
        }
        if (strcmp(argv[i], "arguments") == 0) {
            while (++i < argc)
                say_hex(argv[i]);
            say("arguments end");
            return 0;
        }
        obey(argv[i]);
    }
    return 0;
}
