/* The one function that this file offers to the programs which have it in LD_PRELOAD.
 *
 * PT_GNU_STACK does not reach who asks for a size: CPython as Docker's python:*-alpine builds it
 * asks for 1 MiB for each of its threads, and numpy needs more. musl's own function stands behind
 * this one and is not called; what it does is all here. musl has had this layout since 1.0:
 * pthread_attr_t is an array of longs, the size is the first of them and the address of a stack
 * that the program brings itself is the third. Before 1.1.21 the first was the size less 80 KiB, so
 * that a thread got those in addition.
 *
 * It is run in programs that are not ours, where nothing of this file is relocated and no other
 * function of it may be called. Not on 32 bits: 8 MiB for each of some hundred threads are all the
 * address space there is. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>

#if __SIZEOF_POINTER__ == 8

enum { LEAST = 2048, RAISED = 8 << 20 };

__attribute__((visibility("default"))) int pthread_attr_setstacksize(pthread_attr_t *attributes,
                                                                     size_t size)
{
    unsigned long *words = (unsigned long *)(void *)attributes;
    if (size - LEAST > SIZE_MAX / 4)
        return EINVAL;
    words[0] = size < RAISED ? RAISED : size;
    words[2] = 0;
    return 0;
}

#endif
