"""`python -m tools.recording OUTPUT COMMAND…`: a live view on a terminal, as an animated SVG.

The command runs on a terminal of 100 by 24. A screen begins where it goes back to the first line,
as `tinyinit doctor --watch` does. Each screen is shown as long as it was.
"""

import os
import pty
import re
import sys
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

COLUMNS, LINES = 100, 24
_HOME = "\x1b[H"
_PAINT = re.compile(r"\x1b\[([0-9;]*)m")
_OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COLOURS = {"31": "#e06c75", "33": "#e5c07b", "34": "#61afef", "35": "#c678dd"}
_WIDTH, _HEIGHT = 8.4, 18


def record(command: Sequence[str]) -> list[tuple[float, str]]:
    """Return the screens of a command, each with the second it appeared."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm"})  # noqa: S606  # what the caller names
    import termios  # beside its only use

    termios.tcsetwinsize(terminal, (LINES, COLUMNS))
    begin = time.monotonic()
    text = ""
    screens: list[tuple[float, str]] = []
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:
            break  # the terminal's other end is closed
        text += part.decode(errors="replace")
        *whole, text = text.split("\x1b[J")
        screens += [(time.monotonic() - begin, one.rpartition(_HOME)[2]) for one in whole]
    os.waitpid(pid, 0)
    return screens


def to_svg(screens: Sequence[tuple[float, str]], last: float = 3.0) -> str:
    """Return an SVG that shows one screen after the other, for ever."""
    begin = screens[0][0]
    ends = [when - begin for when, _ in screens[1:]] + [screens[-1][0] - begin + last]
    whole = ends[-1]
    width, height = COLUMNS * _WIDTH + 20, LINES * _HEIGHT + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}">',
        '<g font-family="monospace" font-size="14">',
        f'<rect width="{width:.0f}" height="{height}" rx="6" fill="#282c34"/>',
    ]
    start = 0.0
    for (_, screen), end in zip(screens, ends, strict=True):
        # A discrete animation: hidden, shown from its start to its end, hidden.
        times = f"0;{start / whole:.4f};{min(end / whole, 1):.4f};1"
        parts.append(
            '<g fill="#abb2bf" visibility="hidden"><animate attributeName="visibility" '
            f'values="hidden;visible;hidden;hidden" keyTimes="{times}" dur="{whole:.2f}s" '
            'calcMode="discrete" repeatCount="indefinite"/>'
        )
        parts += [_line(line, row) for row, line in enumerate(screen.split("\r\n")) if line]
        parts.append("</g>")
        start = end
    return "\n".join([*parts, "</g>", "</svg>"]) + "\n"


def _line(line: str, row: int) -> str:
    spans: list[str] = []
    colour = ""
    for index, part in enumerate(_PAINT.split(line)):
        if index % 2:
            colour = next((_COLOURS[c] for c in part.split(";") if c in _COLOURS), "")
            continue
        text = escape(_OTHER.sub("", part).replace("\r", ""))
        if text:
            spans.append(f'<tspan fill="{colour}">{text}</tspan>' if colour else text)
    y = 24 + row * _HEIGHT
    return f'<text x="10" y="{y}" xml:space="preserve">{"".join(spans)}</text>'


def main(arguments: Sequence[str]) -> int:
    """Record the command and write the SVG."""
    output, *command = arguments
    Path(output).write_text(to_svg(record(command)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
