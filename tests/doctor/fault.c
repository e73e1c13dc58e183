// An app with one fault, for the doctor to find: it does what its arguments say, one after the
// other, and then waits. Static, so that it runs in any image: `fault handler files 60`.

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void end(int number)
{
    (void)number;
    _exit(0);
}

static void nothing(int number)
{
    (void)number;
}

static void pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) {
    }
}

static void wait_for_ever(void)
{
    for (;;) {
        pause();
    }
}

static void block_term(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

// Children that end and are not waited for.
static void leak(int count, long ms)
{
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            _exit(0);
        }
        pause_ms(ms);
    }
}

// Processes whose parent ends first: they go to PID 1.
static void orphans(int count, long ms)
{
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            if (fork() == 0) {
                pause_ms(20);
            }
            _exit(0);
        }
        waitpid(child, NULL, 0);
        pause_ms(ms);
    }
}

static long stack_used;

static void *use_stack(void *unused)
{
    // From the top down, as calls do; one write a page.
    volatile char *used = __builtin_alloca(stack_used);
    for (long at = stack_used - 1; at >= 0; at -= 1024) {
        used[at] = 1;
    }
    wait_for_ever();
    return unused;
}

static void thread(long size, long used)
{
    pthread_attr_t attributes;
    pthread_t made;
    stack_used = used;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size);
    pthread_create(&made, &attributes, use_stack, NULL);
}

static void hold(long bytes)
{
    // Volatile: a compiler leaves out a write that nobody reads.
    volatile char *held = malloc(bytes);
    for (long at = 0; held != NULL && at < bytes; at += 1024) {
        held[at] = 1;
    }
}

static void children(int count)
{
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            wait_for_ever();
        }
    }
}

static void write_file(const char *path, long bytes)
{
    int file = open(path, O_CREAT | O_WRONLY, 0644);
    char block[4096] = {1};
    for (long done = 0; done < bytes; done += (long)sizeof block) {
        if (write(file, block, sizeof block) < 0) {
            break;
        }
    }
    close(file);
}

static void listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(made, (struct sockaddr *)&address, sizeof address) != 0 || listen(made, 8) != 0) {
        perror("listen");
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *what = argv[i];
        long first = i + 1 < argc ? atol(argv[i + 1]) : 0;
        long second = i + 2 < argc ? atol(argv[i + 2]) : 0;
        if (strcmp(what, "handler") == 0) {
            signal(SIGTERM, end);
        } else if (strcmp(what, "ignore") == 0) {
            signal(SIGTERM, SIG_IGN);
        } else if (strcmp(what, "block") == 0) {
            block_term();
        } else if (strcmp(what, "reap") == 0) {
            signal(SIGCHLD, SIG_IGN);
        } else if (strcmp(what, "catch-child") == 0) {
            signal(SIGCHLD, nothing);
        } else if (strcmp(what, "leak") == 0) {
            leak((int)first, second), i += 2;
        } else if (strcmp(what, "orphans") == 0) {
            orphans((int)first, second), i += 2;
        } else if (strcmp(what, "thread") == 0) {
            thread(first, second), i += 2;
        } else if (strcmp(what, "files") == 0) {
            for (int made = 0; made < first; made++) {
                open("/dev/null", O_RDONLY);
            }
            i += 1;
        } else if (strcmp(what, "hold") == 0) {
            hold(first << 20), i += 1;
        } else if (strcmp(what, "killed") == 0) {
            pid_t child = fork();
            if (child == 0) {
                hold(first << 20);
                _exit(0);
            }
            waitpid(child, NULL, 0), i += 1;
        } else if (strcmp(what, "children") == 0) {
            children((int)first), i += 1;
        } else if (strcmp(what, "write") == 0) {
            write_file(argv[i + 1], second), i += 2;
        } else if (strcmp(what, "listen") == 0) {
            listen_on((int)first), i += 1;
        } else if (strcmp(what, "wait") == 0) {
            pause_ms(first), i += 1;
        } else if (strcmp(what, "run") == 0) {
            if (fork() == 0) {
                execv(argv[i + 1], argv + i + 1);
                _exit(127);
            }
            break;
        } else {
            fprintf(stderr, "fault: unknown word %s\n", what);
            return 64;
        }
    }
    puts("ready");
    fflush(stdout);
    wait_for_ever();
}
