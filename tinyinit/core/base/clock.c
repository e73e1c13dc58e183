#include "base/clock.h"

#include <sys/syscall.h>
#include <unistd.h>

int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
#if __SIZEOF_POINTER__ == 8
    syscall(SYS_clock_gettime, clock, &now);
#else /* the kernel's struct has another size there than the C library's */
    clock_gettime(clock, &now);
#endif
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
