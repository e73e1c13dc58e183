#include "base/arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/message.h"

#include "base/startup_only.h"

enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16 };

/* The head of each mapping. The pieces fill the rest of it, from its end backwards. */
struct chunk {
    _Alignas(ALIGNMENT) struct chunk *next;
    size_t size, left;
};

static struct chunk *chunks;

/* The raw call where it takes the same arguments as mmap(), which is 176 bytes more on x86_64. */
static void *map(size_t size)
{
    int access = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
#if __SIZEOF_POINTER__ == 8 && !defined __s390x__
    return (void *)syscall(SYS_mmap, NULL, size, access, kind, -1, 0L);
#else
    return mmap(NULL, size, access, kind, -1, 0);
#endif
}

static void add_chunk(size_t size)
{
    size += sizeof(struct chunk);
    if (size < CHUNK_SIZE)
        size = CHUNK_SIZE;
    struct chunk *chunk = map(size);
    if (chunk == MAP_FAILED) {
        say(LEVEL_ERROR, "no_memory", "no memory to read the contract");
        _exit(CANNOT_WORK);
    }
    chunk->next = chunks;
    chunk->size = size;
    chunk->left = size - sizeof *chunk;
    chunks = chunk;
}

void *arena_take(size_t size)
{
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!chunks || size > chunks->left)
        add_chunk(size);
    chunks->left -= size;
    return (char *)(chunks + 1) + chunks->left;
}

char *arena_copy(const char *text, size_t length)
{
    return memcpy(arena_take(length + 1), text, length);
}

void arena_release(void)
{
    while (chunks) {
        struct chunk *next = chunks->next;
        munmap(chunks, chunks->size);
        chunks = next;
    }
}
