/* Starts a command as PID 1, sends TERM after a delay, and says whether it came through to main.
   window BOARD COMMAND...
   Reads delays in nanoseconds from stdin, one a line; answers each with "lost" or "kept".
   BOARD is the board of the listener. */
#include "board.h"
#include "spawn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const long long patience_ns = 10000000000;

static int died_of_term(pid_t pid)
{
    int status;
    pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == 0)
        return 0;
    if (ended != pid || status != (128 + SIGTERM) << 8) {
        errno = ECHILD;
        fail("the init ended before main was ready");
    }
    return 1;
}

/* Main is ready: the init has seen whatever it will see of TERM. A signal of a higher number
   comes after TERM, so that no time has to be waited for one that was lost. */
static int was_kept(pid_t pid, struct board *board)
{
    unsigned count = 0;
    long long deadline = now_ns() + patience_ns;
    int asked = 0;
    while (!(atomic_load(&board->seen) & 1u << SIGWINCH)) {
        if (now_ns() > deadline) {
            errno = ETIMEDOUT;
            fail("main did not get WINCH");
        }
        if (!asked && died_of_term(pid))
            return -1;
        count = board_wait(board, count, 1000000);
        if (count && !asked) {
            asked = 1;
            kill(pid, SIGWINCH);
        }
    }
    return !!(atomic_load(&board->seen) & 1u << SIGTERM);
}

int main(int argc, char **argv)
{
    long long delay;
    if (argc < 3)
        return 2;
    spawn_urgently();
    spawn_quietly();
    struct board *board = board_open(argv[1]);
    while (scanf("%lld", &delay) == 1) {
        memset(board, 0, sizeof *board);
        pid_t pid = spawn(argv + 2, SPAWN_PID1_AT_ONCE);
        long long begin = now_ns();
        while (now_ns() - begin < delay)
            ;
        kill(pid, SIGTERM);
        int kept = was_kept(pid, board);
        if (kept >= 0)
            stop(pid);
        puts(kept ? "kept" : "lost");
        fflush(stdout);
    }
    return 0;
}
