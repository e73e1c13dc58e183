/* A main that waits for signals and notes on its board when each came: listener BOARD. */
#include "board.h"
#include "spawn.h"

#include <signal.h>

int main(int argc, char **argv)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    if (argc != 2)
        return 2;
    struct board *board = board_open(argv[1]);
    board_post(board);
    for (;;) {
        int number = sigwaitinfo(&all, NULL);
        if (number <= 0)
            continue;
        board->stamp = now_ns();
        if (number < 32)
            atomic_fetch_or(&board->seen, 1u << number);
        board_post(board);
    }
}
