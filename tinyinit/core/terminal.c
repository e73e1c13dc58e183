#include "terminal.h"

#include <signal.h>
#include <unistd.h>

#include "signals.h"

struct terminal terminal_look(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);
    return (struct terminal){.present = group >= 0, .foreground = group == getpgrp()};
}

/* SIGTSTP, not SIGSTOP: the kernel ignores it for a group that no shell could continue. To the
 * whole group, because a pipeline or script around us must stop with us. A SIGCONT that comes
 * before the unblocking takes the pending SIGTSTP away, and then nothing stops, which is right. */
void terminal_stop(void)
{
    kill(0, SIGTSTP);
    uint64_t stop = UINT64_C(1) << (SIGTSTP - 1);
    signals_mask(SIG_UNBLOCK, stop);
    signals_mask(SIG_BLOCK, stop);
}

void terminal_continue(pid_t main_group)
{
    if (tcgetpgrp(STDIN_FILENO) == getpgrp())
        tcsetpgrp(STDIN_FILENO, main_group);
    kill(-main_group, SIGCONT);
}

void terminal_take_back(pid_t main_group)
{
    if (tcgetpgrp(STDIN_FILENO) == main_group)
        tcsetpgrp(STDIN_FILENO, getpgrp());
}
