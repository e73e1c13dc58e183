"""See a shutdown: record a program's or a container's stop, and say what is wrong with it."""

from tinyinit.rehearse.model import VERDICTS, End, Process, Run, Signal, Verdict, report
from tinyinit.rehearse.record import Tape, recording
from tinyinit.rehearse.text import as_text

__all__ = [
    "VERDICTS",
    "End",
    "Process",
    "Run",
    "Signal",
    "Tape",
    "Verdict",
    "as_text",
    "recording",
    "report",
]
