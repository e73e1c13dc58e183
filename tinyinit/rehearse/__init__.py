"""See a shutdown: record a program's or a container's stop, and say what is wrong with it."""

from tinyinit.rehearse.model import VERDICTS, End, Process, Run, Signal, Verdict, report
from tinyinit.rehearse.record import Tape, recording

__all__ = [
    "VERDICTS",
    "End",
    "Process",
    "Run",
    "Signal",
    "Tape",
    "Verdict",
    "recording",
    "report",
]
