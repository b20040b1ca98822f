"""Lines over time as inline SVG, drawn with the page's own colours."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.lab.report.axis import date, percent_ticks, time_ticks
from trimtab.lab.report.figures import MINUS

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 28


class Line(Struct, frozen=True, eq=False):
    """One book's values, as fractions, on the chart's moments."""

    book: str
    """Also the CSS class that gives it its colour and dash."""
    values: Floats


class Mark(Struct, frozen=True):
    """Something that happened, shown below the lines with its words on hovering."""

    at: int
    text: str


class Span(Struct, frozen=True):
    """A stretch of time that is shaded, such as a phase of the market."""

    since: int
    until: int
    name: str
    """Also the CSS class that gives it its shade."""


class Chart(Struct, frozen=True, eq=False):
    """What to draw."""

    title: str
    at: NDArray[np.int64]
    """UTC in microseconds, ascending, at least one."""
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    band: tuple[Floats, Floats] | None = None
    """Lower and upper end of what chance could have made of the first line."""
    spans: tuple[Span, ...] = ()


class _Scale(NamedTuple):
    """From moments and fractions to places on the picture."""

    first: int
    last: int
    low: float
    high: float

    def x(self, at: float) -> float:
        share = (at - self.first) / max(self.last - self.first, 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def line_chart(chart: Chart) -> str:
    """A `figure` with the lines, their names, and both axes; zero is always on the picture."""
    scale = _scale(chart)
    drawn = [
        *(_span(span, scale) for span in chart.spans),
        *_grid(scale),
        *_band(chart, scale),
        *(_path(line, chart.at, scale) for line in chart.lines),
        *(_mark(mark, scale) for mark in chart.marks),
    ]
    return (
        f"<figure><figcaption><b>{escape(chart.title)}</b>{_legend(chart.lines)}{_names(chart.spans)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(_summary(chart))}">'
        f"{''.join(drawn)}</svg></figure>"
    )


def _scale(chart: Chart) -> _Scale:
    ends = chart.band or ()
    values = np.concatenate([[0.0], *(line.values for line in chart.lines), *ends])
    low, high = float(values.min()), float(values.max())
    margin = 0.05 * (high - low) or 0.01
    return _Scale(int(chart.at[0]), int(chart.at[-1]), low - margin, high + margin)


def _summary(chart: Chart) -> str:
    ends = ", ".join(f"{line.book} ends at {100.0 * line.values[-1]:.1f} %" for line in chart.lines)
    return f"{chart.title}, {date(chart.at[0])} to {date(chart.at[-1])}: {ends}"


def _legend(lines: tuple[Line, ...]) -> str:
    swatch = '<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="{}" d="M0 4H24"/></svg>'
    return "".join(
        f"<span>{swatch.format(escape(one.book))}{escape(one.book)}</span>" for one in lines
    )


def _names(spans: tuple[Span, ...]) -> str:
    """Each shade once; what a shade means is said in words, too, on every stretch."""
    box = '<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="span {0}" d="M0 0H24V8H0Z"/></svg>'
    names = dict.fromkeys(span.name for span in spans)
    return "".join(f"<span>{box.format(escape(name))}{escape(name)}</span>" for name in names)


def _span(span: Span, scale: _Scale) -> str:
    left, right = (
        scale.x(min(max(at, scale.first), scale.last)) for at in (span.since, span.until)
    )
    return (
        f'<path class="span {escape(span.name)}" d="M{left:.1f} {TOP}H{right:.1f}V{HEIGHT - BOTTOM}H{left:.1f}Z">'
        f"<title>{escape(span.name)} from {date(span.since)} to {date(span.until)}</title></path>"
    )


def _band(chart: Chart, scale: _Scale) -> list[str]:
    if chart.band is None:
        return []
    low, high = chart.band
    moments = chart.at.tolist()
    there = zip(moments, high.tolist(), strict=True)
    back = zip(moments[::-1], low.tolist()[::-1], strict=True)
    points = (f"{scale.x(at):.1f} {scale.y(value):.1f}" for at, value in (*there, *back))
    return [f'<path class="band" d="M{"L".join(points)}Z"/>']


def _grid(scale: _Scale) -> list[str]:
    across = [
        f'<path class="{"zero" if tick.at == 0.0 else "grid"}" d="M{LEFT} {scale.y(tick.at):.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 8}" y="{scale.y(tick.at) + 4:.1f}" text-anchor="end">{tick.label.replace("-", MINUS)}</text>'
        for tick in percent_ticks(scale.low, scale.high)
    ]
    below = [
        f'<text x="{scale.x(tick.at):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{tick.label}</text>'
        for tick in time_ticks(scale.first, scale.last)
        if LEFT + 24 <= scale.x(tick.at) <= WIDTH - 36
    ]
    return [*across, *below]


def _path(line: Line, at: NDArray[np.int64], scale: _Scale) -> str:
    points = (
        f"{scale.x(moment):.1f} {scale.y(value):.1f}"
        for moment, value in zip(at.tolist(), line.values.tolist(), strict=True)
    )
    return f'<path class="{escape(line.book)}" d="M{"L".join(points)}"/>'


def _mark(mark: Mark, scale: _Scale) -> str:
    x, y = scale.x(mark.at), HEIGHT - BOTTOM
    return f'<path class="mark" d="M{x:.1f} {y}l-4 8h8z"><title>{escape(mark.text)}</title></path>'
