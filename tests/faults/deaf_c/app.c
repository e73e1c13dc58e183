/* Has no handler: as PID 1 it does not even die. */
#include <unistd.h>

int main(void)
{
    for (;;)
        pause();
}
