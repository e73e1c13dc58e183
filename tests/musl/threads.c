/* Tells what a thread's stack is like and what has been loaded with the program, on any C library:
 * does, in turn, what each of its arguments says. */
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KIBIBYTE = 1024, FRAME = 4 * KIBIBYTE };

static void in_thread(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, argument) != 0 || pthread_join(thread, NULL) != 0)
        abort();
}

static void *say_size(void *unused)
{
    pthread_attr_t attributes;
    size_t size;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &size);
    printf("size %zu\n", size);
    return unused;
}

/* Each frame knows the one above, so that no compiler makes a loop of it. */
static void use(long kibibytes, volatile char *above)
{
    volatile char frame[FRAME];
    for (size_t i = 0; i < sizeof frame; i += KIBIBYTE)
        frame[i] = above[i];
    if (kibibytes > FRAME / KIBIBYTE)
        use(kibibytes - FRAME / KIBIBYTE, frame);
    above[0] = frame[0];
}

static void use_stack(long kibibytes)
{
    volatile char frame[FRAME] = {0};
    use(kibibytes, frame);
}

static void *go_deep(void *kibibytes)
{
    use_stack(atol(kibibytes));
    printf("deep %s\n", (char *)kibibytes);
    return NULL;
}

static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        abort();
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE) / KIBIBYTE;
}

static pthread_barrier_t all_there;

static void *meet(void *unused)
{
    use_stack(16);
    pthread_barrier_wait(&all_there);
    pause();
    return unused;
}

static void say_memory(const char *count)
{
    pthread_t thread;
    unsigned threads = (unsigned)atoi(count);
    long before = resident();
    pthread_barrier_init(&all_there, NULL, threads + 1);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread, NULL, meet, NULL) != 0)
            abort();
    pthread_barrier_wait(&all_there);
    printf("threads %u take %ld KiB\n", threads, resident() - before);
}

static int say_object(struct dl_phdr_info *object, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    printf("object %s\n", object->dlpi_name);
    return 0;
}

/* What is run when the object is loaded, what it needs and what it offers to others. */
static int say_dynamic(struct dl_phdr_info *object, size_t size, void *name)
{
    (void)size;
    if (strcmp(object->dlpi_name, name) != 0)
        return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        const ElfW(Dyn) *entry = (const void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_NEEDED || entry->d_tag == DT_INIT_ARRAY ||
                entry->d_tag == DT_PREINIT_ARRAY || entry->d_tag == DT_FINI_ARRAY ||
                entry->d_tag == DT_JMPREL || entry->d_tag == DT_TEXTREL)
                printf("tag %ld\n", (long)entry->d_tag);
            if (entry->d_tag == DT_HASH) /* the second word counts the symbols, the first is none */
                printf("symbols %u\n",
                       *(const unsigned *)(object->dlpi_addr + entry->d_un.d_ptr + 4) - 1);
        }
    }
    printf("dynamic %s\n", (char *)name);
    return 1;
}

/* Starts a thread that asks for its size itself. */
static void ask_for(const char *bytes)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    int error = pthread_attr_setstacksize(&attributes, (size_t)atoll(bytes));
    if (error)
        printf("refused %d\n", error);
    else if (pthread_create(&thread, &attributes, say_size, NULL) || pthread_join(thread, NULL))
        abort();
}

/* Another program, which is to say the size of its threads. */
static void run_other(char *program)
{
    pid_t child = fork();
    int status;
    if (child == 0) {
        execl(program, program, "size", NULL);
        _exit(126);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
}

static void run_itself(char *word)
{
    pid_t child = fork();
    int status;
    if (child == 0) {
        execl("/proc/self/exe", "threads", word, NULL);
        _exit(126);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value)
            *value++ = '\0';
        bool is_plain = !value;
        fflush(stdout);
        if (is_plain && strcmp(argv[i], "size") == 0)
            in_thread(say_size, NULL);
        else if (is_plain && strcmp(argv[i], "objects") == 0)
            dl_iterate_phdr(say_object, NULL);
        else if (is_plain)
            return 64;
        else if (strcmp(argv[i], "dynamic") == 0)
            dl_iterate_phdr(say_dynamic, value);
        else if (strcmp(argv[i], "ask") == 0)
            ask_for(value);
        else if (strcmp(argv[i], "run") == 0)
            run_other(value);
        else if (strcmp(argv[i], "deep") == 0)
            in_thread(go_deep, value);
        else if (strcmp(argv[i], "memory") == 0)
            say_memory(value);
        else if (strcmp(argv[i], "child") == 0)
            run_itself(value);
        else
            return 64;
    }
    return 0;
}
