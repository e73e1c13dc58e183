"""One self-contained page: the picture for wide and for narrow screens, and what to do."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tinyinit.rehearse import svg
from tinyinit.rehearse.text import headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinyinit.rehearse.model import Run

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1f2328; --paper: #fff; --edge: #d0d7de; --kill: #cf222e;
  --good: #1a7f37; --code: #f0f4f8 }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e6edf3; --paper: #0d1117; --edge: #30363d;
  --kill: #ff7b72; --good: #3fb950; --code: #18202b }} }}
body {{ font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; margin: 0 auto;
  max-width: 880px; padding: 12px; color: var(--ink); background: var(--paper) }}
h1 {{ font-size: 1.4rem }} h2 {{ font-size: 1.1rem; margin: 1.2em 0 .3em }}
svg {{ width: 100%; height: auto; display: block }}
.narrow {{ display: none }}
@media (max-width: 620px) {{ .wide {{ display: none }} .narrow {{ display: block }} }}
dt {{ font-weight: 600; color: var(--kill) }} dt.clean {{ color: var(--good) }}
dd {{ margin: 0 0 .6em; overflow-wrap: anywhere }}
pre {{ background: var(--code); padding: 10px; border-radius: 6px; overflow-x: auto }}
</style>
</head>
<body>
<h1>{title}</h1>
<div class="wide">{wide}</div>
<div class="narrow">{narrow}</div>
{said}{last}</body>
</html>
"""


def as_html(runs: Sequence[Run], last: str = "") -> str:
    """Return all runs as one page that needs nothing from elsewhere; `last` is a line to paste."""
    good = sum(run.clean for run in runs)
    title = f"A shutdown, rehearsed: {good} of {len(runs)} clean"
    pasted = f"<pre>{escape(last)}</pre>\n" if last else ""
    return _PAGE.format(
        title=escape(title),
        wide=svg.as_svg(runs),
        narrow=svg.as_svg(runs, svg.NARROW),
        said="".join(_said(runs)),
        last=pasted,
    )


def _said(runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        yield f"<h2>{escape(headline(run))}</h2>\n<dl>\n"
        for verdict in run.verdicts:
            kind = ' class="clean"' if verdict.id == "clean" else ""
            advice = f"<br>To cure it: {escape(verdict.advice)}" if verdict.advice else ""
            yield f"<dt{kind}>{verdict.id}</dt><dd>{escape(verdict.cause)}{advice}</dd>\n"
        yield "</dl>\n"
