"""A picture of what there is: a row for each series, its holes, and where findings lie. SVG."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

import numpy as np

from trimtab.domain.units import SECOND
from trimtab.lab.data_checks.findings import Finding, Series
from trimtab.lab.data_checks.timing import coverage

STRETCHES = 240
ROW, LEFT, TOP, CELL = 22, 190, 64, 3

_STYLE = """
svg{background:#fff;font:12px system-ui,sans-serif;color:#1b1f24}text{fill:currentColor}
.there{fill:#0072b2}.line{stroke:#8a929b}.error{fill:#d55e00}.warning{fill:#e69f00;stroke:#1b1f24}
@media(prefers-color-scheme:dark){svg{background:#14171a;color:#e6e8ea}.there{fill:#56b4e9}
.warning{stroke:#e6e8ea}}
"""
"""Okabe and Ito's palette: told apart also by who sees fewer colours; shapes differ as well."""


def coverage_picture(title: str, series: list[Series], findings: list[Finding]) -> str:
    """How full each stretch of time is (the darker, the fuller), and the first places of findings."""
    begin = min(int(one.at.min()) for one in series)
    end = max(int(one.at.max()) for one in series) + 1
    edges = np.linspace(begin, end, STRETCHES + 1).astype(np.int64)
    width, height = LEFT + STRETCHES * CELL + 20, TOP + ROW * len(series) + 48
    rows = [_row(number, one, edges, findings) for number, one in enumerate(series)]
    words = f"{title}: {len(series)} series, {sum(len(one.at) for one in series):,} rows"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(words, {chr(34): "&quot;"})}"><style>{_STYLE}</style>'
        f'<text x="12" y="22" font-size="15">{escape(words)}</text>{_legend()}'
        f"{''.join(rows)}{_axis(begin, end, TOP + ROW * len(series) + 18)}</svg>\n"
    )


def _row(
    number: int,
    series: Series,
    edges: np.ndarray[tuple[int], np.dtype[np.int64]],
    findings: list[Finding],
) -> str:
    y = TOP + ROW * number
    cells = [
        f'<rect class="there" x="{LEFT + place * CELL}" y="{y}" width="{CELL}" height="14" '
        f'opacity="{share:.2f}"/>'
        for place, share in enumerate(coverage(series, edges))
        if share > 0.0
    ]
    marks = [
        _mark(one.severity, LEFT + _place(at, edges) * CELL, y)
        for one in findings
        if one.series == series.name and one.severity != "note"
        for at in one.at
    ]
    return f'<text x="12" y="{y + 12}">{escape(series.name)}</text>{"".join(cells + marks)}'


def _place(at: int, edges: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    share = (at - int(edges[0])) / max(1, int(edges[-1] - edges[0]))
    return min(max(share, 0.0), 1.0) * STRETCHES


def _mark(severity: str, x: float, y: float) -> str:
    """A triangle for an error, a diamond for a warning."""
    points = (
        f"{x - 5:.1f},{y + 15} {x + 5:.1f},{y + 15} {x:.1f},{y + 5}"
        if severity == "error"
        else f"{x - 4:.1f},{y + 7} {x:.1f},{y + 3} {x + 4:.1f},{y + 7} {x:.1f},{y + 11}"
    )
    return f'<polygon class="{severity}" points="{points}"/>'


def _legend() -> str:
    y = 40
    return (
        f'<rect class="there" x="12" y="{y - 10}" width="12" height="12"/>'
        f'<text x="30" y="{y}">rows, the fainter the fewer</text>{_mark("error", 218, y - 13)}'
        f'<text x="228" y="{y}">error (first places)</text>{_mark("warning", 366, y - 12)}'
        f'<text x="376" y="{y}">warning (first places)</text>'
    )


def _axis(begin: int, end: int, y: int) -> str:
    right = LEFT + STRETCHES * CELL
    days = [datetime.fromtimestamp(at / SECOND, UTC).date().isoformat() for at in (begin, end)]
    return (
        f'<line class="line" x1="{LEFT}" x2="{right}" y1="{y - 14}" y2="{y - 14}"/>'
        f'<text x="{LEFT}" y="{y}">{days[0]}</text>'
        f'<text x="{right}" y="{y}" text-anchor="end">{days[1]} (UTC)</text>'
    )
