#include "base/startup.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACK_USED = 64 * 1024, FRAME = 512 /* this function's and madvise()'s */ };

/* The linker makes these for a section whose name is a C identifier; weak, for compilers that do
 * not fill it. */
extern const char startup_begin[] __asm__("__start_startup")
    __attribute__((weak, visibility("hidden")));
extern const char startup_end[] __asm__("__stop_startup")
    __attribute__((weak, visibility("hidden")));

/* Dropping the code from memory would not be enough: the kernel maps what surrounds a fault, and
 * would bring it back with the first instruction of the loop. */
void startup_release(void)
{
    uintptr_t page = (uintptr_t)getpagesize();
    uintptr_t begin = ((uintptr_t)startup_begin + page - 1) & ~(page - 1);
    /* Up: the section is the last of its segment (tests/package/test_elf.py), so that nothing else
     * is on its last page. */
    uintptr_t end = ((uintptr_t)startup_end + page - 1) & ~(page - 1);
    if (begin < end)
        munmap((void *)begin, end - begin);
    /* Below the page that we stand on; the next call finds zeroes there. */
    uintptr_t stack = ((uintptr_t)&page - FRAME) & ~(page - 1);
    madvise((void *)(stack - STACK_USED), STACK_USED, MADV_DONTNEED);
}
