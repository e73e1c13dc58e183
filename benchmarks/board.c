#include "board.h"

#include "spawn.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct board *board_open(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct board)) < 0)
        fail(path);
    void *map = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED)
        fail(path);
    close(file);
    return map;
}

unsigned board_wait(struct board *board, unsigned old, long long timeout_ns)
{
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    if (atomic_load(&board->count) == old)
        syscall(SYS_futex, &board->count, FUTEX_WAIT, old, &timeout, NULL, 0);
    return atomic_load(&board->count);
}

void board_post(struct board *board)
{
    atomic_fetch_add(&board->count, 1);
    syscall(SYS_futex, &board->count, FUTEX_WAKE, 1, NULL, NULL, 0);
}
