/* Starts a thread, prints the bytes of stack it has, then waits for end of input in the thread. */
#include <pthread.h>
#include <stdio.h>

static void *thread(void *unused)
{
    pthread_attr_t attributes;
    size_t size;

    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &size);
    printf("%zu\n", size);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return unused;
}

int main(void)
{
    pthread_t id;

    return pthread_create(&id, NULL, thread, NULL) || pthread_join(id, NULL);
}
