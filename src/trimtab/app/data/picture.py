"""A picture of what a file covers: one bar for each series, gaps left open, trouble marked.

Colours are those of Okabe and Ito (2008), which the colour-blind tell apart; every kind of trouble
has a shape of its own besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from trimtab.adapters.inspection.clock import Coverage
from trimtab.adapters.inspection.finding import Mark
from trimtab.adapters.inspection.inspect import Inspection
from trimtab.lab.report.axis import date, time_ticks

_WIDTH, _LEFT, _RIGHT, _TOP, _LINE, _FOOT = 1_000, 170, 16, 58, 18, 30
_MOST = 100
"""Series that are drawn."""
_STYLE = """
.coverage{--ground:#fff;--text:#17212b;--faint:#5a6875;--line:#d8dfe6;--there:#0072b2;
--twice:#d55e00;--odd:#b8860b;--wrong:#a0416f;background:var(--ground);
font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){.coverage{--ground:#0e1419;--text:#e3eaf0;--faint:#94a3b1;
--line:#2a3540;--there:#56b4e9;--twice:#ff8c42;--odd:#f0e442;--wrong:#e69fc8}}
.coverage text{fill:var(--faint)}.coverage .name,.coverage .title{fill:var(--text)}
.coverage .title{font-size:15px}.coverage .ground{fill:var(--ground)}
.coverage .grid{stroke:var(--line)}.coverage .there{fill:var(--there)}
.coverage .twice{fill:var(--twice)}.coverage .odd{fill:var(--odd)}.coverage .wrong{fill:var(--wrong)}
.coverage .mark{stroke:var(--ground);stroke-width:1}
"""


class _Sign(NamedTuple):
    """How a kind of trouble is drawn."""

    style: str
    words: str
    shape: str
    """Around the origin."""


_TWICE = _Sign("twice", "duplicate", "M0 -6l5 10h-10z")
_ODD = _Sign("odd", "outlier", "M0 -6l5 6l-5 6l-5 -6z")
_WRONG = _Sign("wrong", "other trouble", "M-4 -4h8v8h-8z")
_SIGNS = {"duplicate": _TWICE, "outlier": _ODD, "wick": _ODD, "scale": _ODD, "large": _ODD}


class _Scale(NamedTuple):
    first: int
    last: int

    def x(self, at: int) -> float:
        share = (at - self.first) / max(self.last - self.first, 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def picture(title: str, seen: Inspection) -> str:
    """One self-contained SVG, light or dark as the reader's system says."""
    shown = seen.coverage[:_MOST]
    scale = _Scale(min(one.spans[0][0] for one in shown), max(one.spans[-1][1] for one in shown))
    height = _TOP + _LINE * len(shown) + _FOOT
    rows = {one.name: place for place, one in enumerate(shown)}
    parts = (
        *_head(title, seen, height),
        *_grid(scale, height),
        *(part for place, one in enumerate(shown) for part in _series(one, place, scale)),
        *_marks(seen.marks, rows, scale),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="coverage" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="{escape(_summary(title, seen))}"><style>{_STYLE}</style>'
        f"{''.join(parts)}</svg>"
    )


def page(title: str, seen: Inspection, lines: Iterable[str]) -> str:
    """The picture and what was said, as one page that needs nothing else."""
    text = "\n".join(lines)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>:root{{color-scheme:light dark}}"
        "body{margin:1rem auto;max-width:70rem;padding:0 1rem;background:#fff;color:#17212b;"
        "font:15px/1.5 system-ui,sans-serif}pre{white-space:pre-wrap}"
        "@media(prefers-color-scheme:dark){body{background:#0e1419;color:#e3eaf0}}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{picture(title, seen)}"
        f"<pre>{escape(text)}</pre></main></body></html>\n"
    )


def _summary(title: str, seen: Inspection) -> str:
    gaps = sum(one.gaps for one in seen.coverage)
    return f"Coverage of {title}: {len(seen.coverage)} series, {gaps} gaps, {len(seen.marks)} marks"


def _head(title: str, seen: Inspection, height: int) -> Iterator[str]:
    yield f'<rect class="ground" width="{_WIDTH}" height="{height}"/>'
    more = len(seen.coverage) - _MOST
    rest = f" (the first {_MOST} of {len(seen.coverage)} series)" if more > 0 else ""
    yield f'<text class="title" x="8" y="20">{escape(f"{title}: {seen.contract}{rest}")}</text>'
    yield '<rect class="there" x="8" y="33" width="18" height="8"/><text x="32" y="42">there; open: a gap</text>'
    for place, sign in enumerate((_TWICE, _ODD, _WRONG)):
        x = 170 + 110 * place
        yield f'<path class="mark {sign.style}" transform="translate({x} 38)" d="{sign.shape}"/>'
        yield f'<text x="{x + 10}" y="42">{sign.words}</text>'


def _grid(scale: _Scale, height: int) -> Iterator[str]:
    for tick in time_ticks(scale.first, scale.last):
        x = scale.x(int(tick.at))
        yield f'<path class="grid" d="M{x:.1f} {_TOP - 6}V{height - _FOOT}"/>'
        if x <= _WIDTH - 36:
            yield f'<text x="{x:.1f}" y="{height - 10}" text-anchor="middle">{tick.label}</text>'


def _series(one: Coverage, place: int, scale: _Scale) -> Iterator[str]:
    y = _TOP + _LINE * place
    yield f'<text class="name" x="{_LEFT - 8}" y="{y + 11}" text-anchor="end">{escape(one.name[:26])}</text>'
    bars = "".join(
        f"M{left:.1f} {y + 2}H{right:.1f}v10H{left:.1f}z" for left, right in _drawn(one, scale)
    )
    words = f"{one.name}: {one.rows:,} rows, {one.gaps:,} gaps, {one.missing:,} rows missing"
    yield f'<path class="there" d="{bars}"><title>{escape(words)}</title></path>'


def _drawn(one: Coverage, scale: _Scale) -> list[tuple[float, float]]:
    """From left to right; a gap is at least half a pixel wide, however short it was."""
    bars: list[tuple[float, float]] = []
    for since, until in one.spans:
        left, right = scale.x(since), scale.x(until)
        if bars and left - bars[-1][1] < 0.5:
            left = bars[-1][1] + 0.5
        if right - left >= 0.1:
            bars.append((left, right))
    return bars


def _marks(marks: Iterable[Mark], rows: dict[str, int], scale: _Scale) -> Iterator[str]:
    """Those of one kind that would cover each other are drawn once."""
    drawn: dict[tuple[str, int, int], Mark] = {}
    for mark in marks:
        if mark.series in rows:
            drawn.setdefault((mark.check, rows[mark.series], int(scale.x(mark.at)) // 4), mark)
    for (check, row, _), mark in drawn.items():
        sign = _SIGNS.get(check, _WRONG)
        y = _TOP + _LINE * row + 7
        yield (
            f'<path class="mark {sign.style}" transform="translate({scale.x(mark.at):.1f} {y})" '
            f'd="{sign.shape}"><title>{escape(f"{check}: {mark.series}, {date(mark.at)}")}</title></path>'
        )
