/* Signals, asked of the kernel by raw system calls so that all 64 are seen and no /proc is needed.
 */
#include "payload.h"

#include <sys/syscall.h>
#include <unistd.h>

uint64_t one_signal(int number)
{
    return UINT64_C(1) << (number - 1);
}

uint64_t set_mask(uint64_t blocked)
{
    uint64_t before;
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, &before, sizeof blocked) != 0)
        broken("rt_sigprocmask");
    return before;
}

int next_signal(uint64_t set, siginfo_t *info)
{
    long number;
    do
        number = syscall(SYS_rt_sigtimedwait, &set, info, (void *)0, sizeof set);
    while (number < 0);
    return (int)number;
}

/* The kernel's struct sigaction begins with the handler where this runs; none needs a restorer
 * for SIG_IGN and SIG_DFL. */
void set_disposition(int number, void (*handler)(int))
{
    unsigned long action[20] = {(unsigned long)handler};
    syscall(SYS_rt_sigaction, number, action, (void *)0, sizeof(uint64_t));
}

void say_masks(void)
{
    uint64_t blocked = 0, ignored = 0, caught = 0, pending = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, (void *)0, &blocked, sizeof blocked);
    syscall(SYS_rt_sigpending, &pending, sizeof pending);
    for (int number = 1; number <= 64; number++) {
        unsigned long action[20] = {0};
        syscall(SYS_rt_sigaction, number, (void *)0, action, sizeof blocked);
        if (action[0] == (unsigned long)SIG_IGN)
            ignored |= one_signal(number);
        else if (action[0] != (unsigned long)SIG_DFL)
            caught |= one_signal(number);
    }
    say("blocked %016llx", (unsigned long long)blocked);
    say("ignored %016llx", (unsigned long long)ignored);
    say("caught %016llx", (unsigned long long)caught);
    say("pending %016llx", (unsigned long long)pending);
}

void say_state(void)
{
    say("pid %d", (int)getpid());
    say("ppid %d", (int)getppid());
    say("group %d", (int)getpgrp());
    say("session %d", (int)getsid(0));
    say("foreground %d", (int)tcgetpgrp(0));
}
