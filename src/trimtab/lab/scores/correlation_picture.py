"""A picture of how often each detector cries wolf, as SVG that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from trimtab.lab.scores.correlation_scores import NOMINAL, SizeScore

WIDTH, LEFT, RIGHT = 720, 190, 60
BAR, GAP, GROUP, TOP, BOTTOM = 16, 4, 18, 40, 34
LABEL = 50
"""Room of a figure beside its bar: the nominal line must not strike it through."""
COLOURS = ("#1f77b4", "#d62728", "#ff7f0e", "#2ca02c")
"""Of the detectors, in their order."""
INK = "#777777"
"""Readable on a light and on a dark page."""


def size_picture(sizes: Sequence[SizeScore]) -> str:
    """A bar for each score, grouped by market; a line where the nominal size is."""
    markets = list(dict.fromkeys(score.market for score in sizes))
    detectors = list(dict.fromkeys(score.detector for score in sizes))
    scale = (WIDTH - LEFT - RIGHT) / max(*(score.size for score in sizes), 2.0 * NOMINAL)
    drawn: list[str] = []
    y = TOP
    for market in markets:
        drawn.append(_text(8, y + BAR, f"true correlation {market}"))
        for score in (score for score in sizes if score.market == market):
            drawn.append(_bar(score, y, scale, COLOURS[detectors.index(score.detector)]))
            y += BAR + GAP
        y += GROUP
    limit = LEFT + scale * NOMINAL
    drawn.append(
        f'<path d="M{limit:.1f} {TOP - 8}V{y}" stroke="{INK}" stroke-dasharray="4 3"/>'
        + _text(limit, TOP - 14, f"nominal: {100.0 * NOMINAL:g} %", "middle")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + BOTTOM}" '
        f'font-family="sans-serif" font-size="12" role="img" aria-label="{_summary(sizes)}">'
        f"{''.join(drawn)}{_legend(detectors, y + 16)}</svg>\n"
    )


def _bar(score: SizeScore, y: float, scale: float, colour: str) -> str:
    end, limit = LEFT + scale * score.size, LEFT + scale * NOMINAL
    beside = limit if limit - LABEL < end < limit else end
    return (
        f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>'
        + _text(beside + 6, y + BAR - 4, f"{100.0 * score.size:.2f} %")
    )


def _legend(detectors: Sequence[str], y: float) -> str:
    drawn: list[str] = []
    for place, detector in enumerate(detectors):
        x = LEFT + 125 * place
        drawn.append(f'<rect x="{x}" y="{y}" width="10" height="10" fill="{COLOURS[place]}"/>')
        drawn.append(_text(x + 15, y + 9, detector))
    return "".join(drawn)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _summary(sizes: Sequence[SizeScore]) -> str:
    told = (f"{one.detector} at {one.market}: {100.0 * one.size:.2f} %" for one in sizes)
    return escape(f"False rejections at a nominal {100.0 * NOMINAL:g} %. " + "; ".join(told))
