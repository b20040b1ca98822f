"""Shares of several things in several situations, as an SVG picture that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 58, 34
COLOURS = ("#1f6f8b", "#c9a227", "#8d99ae", "#b56576")
STYLE = "text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}rect.paper{fill:#fff}"


class Series(Struct, frozen=True):
    """One thing's share in each situation, and its standard errors."""

    name: str
    shares: tuple[float, ...]
    errors: tuple[float, ...] = ()


def grouped_bars(title: str, situations: Sequence[str], series: Sequence[Series]) -> str:
    """Shares from 0 to 1; whiskers are two standard errors. At most four series."""
    slot = (WIDTH - LEFT - RIGHT) / len(situations)
    width = 0.8 * slot / len(series)
    drawn = [
        _bar(LEFT + place * slot + 0.1 * slot + number * width, width, one, place, COLOURS[number])
        for number, one in enumerate(series)
        for place in range(len(situations))
    ]
    names = [
        f'<text x="{LEFT + (place + 0.5) * slot:.1f}" y="{HEIGHT - 12}" '
        f'text-anchor="middle">{escape(name)}</text>'
        for place, name in enumerate(situations)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(_summary(title, situations, series))}"><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>'
        f"{_legend(series)}{_grid()}{''.join(drawn)}{''.join(names)}</svg>\n"
    )


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _bar(x: float, width: float, one: Series, place: int, colour: str) -> str:
    share = one.shares[place]
    top = _y(share)
    bar = (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width - 2:.1f}" '
        f'height="{_y(0.0) - top:.1f}" fill="{colour}"/>'
    )
    middle = x + width / 2 - 1
    error = 2.0 * one.errors[place] if one.errors else 0.0
    whisker = (
        f'<path d="M{middle:.1f} {_y(share - error):.1f}V{_y(share + error):.1f}" stroke="#222"/>'
    )
    above = _y(share + error) - 4
    figure = f'<text x="{middle:.1f}" y="{above:.1f}" text-anchor="middle">{100 * share:.0f}</text>'
    return bar + (whisker if error else "") + figure


def _legend(series: Sequence[Series]) -> str:
    return "".join(
        f'<rect x="{LEFT + 165 * number}" y="32" width="12" height="12" fill="{COLOURS[number]}"/>'
        f'<text x="{LEFT + 165 * number + 18}" y="42">{escape(one.name)}</text>'
        for number, one in enumerate(series)
    )


def _grid() -> str:
    return "".join(
        f'<path class="grid" d="M{LEFT} {_y(share):.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{100 * share:.0f} %</text>'
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    )


def _summary(title: str, situations: Sequence[str], series: Sequence[Series]) -> str:
    told = "; ".join(
        f"{one.name}: "
        + ", ".join(
            f"{100 * share:.0f} % at {situation}"
            for share, situation in zip(one.shares, situations, strict=True)
        )
        for one in series
    )
    return f"{title}. {told}"
