#include "arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"

#include "startup_only.h"

enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16, CANNOT_WORK = 125 };

/* The head of each mapping; the pieces lie behind it. */
struct chunk {
    struct chunk *next;
    size_t size, used;
};

static struct chunk *chunks;

static size_t rounded_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void add_chunk(size_t size)
{
    if (size < CHUNK_SIZE)
        size = CHUNK_SIZE;
    struct chunk *chunk =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) {
        say(LEVEL_ERROR, "no_memory", "no memory to read the contract");
        _exit(CANNOT_WORK);
    }
    *chunk = (struct chunk){chunks, size, rounded_up(sizeof *chunk)};
    chunks = chunk;
}

void *arena_take(size_t size)
{
    size = rounded_up(size);
    if (!chunks || size > chunks->size - chunks->used)
        add_chunk(size + rounded_up(sizeof *chunks));
    void *piece = (char *)chunks + chunks->used;
    chunks->used += size;
    return piece;
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
