#include "pid1/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pid1/signals.h"

/* Asks for or sets the group in the foreground. -1: none, or the terminal is not ours. */
static pid_t foreground(unsigned long request, pid_t group)
{
    return syscall(SYS_ioctl, STDIN_FILENO, request, &group) == 0 ? group : -1;
}

static bool is_foreground(pid_t group)
{
    return foreground(TIOCGPGRP, -1) == group;
}

void terminal_give(pid_t group)
{
    foreground(TIOCSPGRP, group);
}

struct terminal terminal_look(void)
{
    pid_t group = foreground(TIOCGPGRP, -1);
    return (struct terminal){.present = group >= 0, .foreground = group == getpgrp()};
}

/* SIGTSTP, not SIGSTOP: the kernel ignores it for a group that no shell could continue. To the
 * whole group, because a pipeline or script around us must stop with us. A SIGCONT that comes
 * before the unblocking takes the pending SIGTSTP away, and then nothing stops, which is right. */
static void stop_with_main(void)
{
    kill(0, SIGTSTP);
    signals_block(ALL_SIGNALS & ~(UINT64_C(1) << (SIGTSTP - 1)));
    signals_block(ALL_SIGNALS);
}

void terminal_main_stopped(pid_t main_group, int sig)
{
    /* The shell's `fg` for a job that runs in the background moves the terminal to us and sends no
     * SIGCONT: main learns of it when it asks for the terminal and is stopped for that. */
    if (sig != SIGTSTP && is_foreground(getpgrp()))
        terminal_continue(main_group);
    else
        stop_with_main();
}

void terminal_continue(pid_t main_group)
{
    if (is_foreground(getpgrp()))
        terminal_give(main_group);
    kill(-main_group, SIGCONT);
}

void terminal_take_back(pid_t main_group)
{
    if (is_foreground(main_group))
        terminal_give(getpgrp());
}
