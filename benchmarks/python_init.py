"""An init in pure Python: starts a program, forwards signals, reaps, passes the exit code on."""

import os
import signal
import sys


def main() -> int:
    """Run the program named on the command line and return its exit code."""
    everything = signal.valid_signals()
    inherited = signal.pthread_sigmask(signal.SIG_BLOCK, everything)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, inherited)
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  that is its job
    while True:
        number = signal.sigwait(everything)
        if number != signal.SIGCHLD:
            os.kill(child, number)
            continue
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                break


sys.exit(main())
