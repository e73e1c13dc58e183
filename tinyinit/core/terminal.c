#include "terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "signals.h"

/* The group in the foreground; -1: none, or the terminal is not ours. */
static pid_t foreground(void)
{
    int group;
    return syscall(SYS_ioctl, STDIN_FILENO, TIOCGPGRP, &group) == 0 ? group : -1;
}

void terminal_give(pid_t group)
{
    syscall(SYS_ioctl, STDIN_FILENO, TIOCSPGRP, &group);
}

struct terminal terminal_look(void)
{
    pid_t group = foreground();
    return (struct terminal){.present = group >= 0, .foreground = group >= 0 && group == getpgrp()};
}

/* SIGTSTP, not SIGSTOP: the kernel ignores it for a group that no shell could continue. To the
 * whole group, because a pipeline or script around us must stop with us. A SIGCONT that comes
 * before the unblocking takes the pending SIGTSTP away, and then nothing stops, which is right. */
static void stop_with_main(void)
{
    kill(0, SIGTSTP);
    uint64_t stop = UINT64_C(1) << (SIGTSTP - 1);
    signals_mask(SIG_UNBLOCK, stop);
    signals_mask(SIG_BLOCK, stop);
}

void terminal_main_stopped(pid_t main_group, int sig)
{
    /* The shell's `fg` for a job that runs in the background moves the terminal to us and sends no
     * SIGCONT: main learns of it when it asks for the terminal and is stopped for that. */
    if (sig != SIGTSTP && foreground() == getpgrp())
        terminal_continue(main_group);
    else
        stop_with_main();
}

void terminal_continue(pid_t main_group)
{
    if (foreground() == getpgrp())
        terminal_give(main_group);
    kill(-main_group, SIGCONT);
}

void terminal_take_back(pid_t main_group)
{
    if (foreground() == main_group)
        terminal_give(getpgrp());
}
