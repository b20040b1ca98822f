"""A market, what ruled it and what the phase detector made of it, as one SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.market_context import PHASES

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

WIDTH, HEIGHT, LEFT, RIGHT = 960, 320, 72, 8
TOP, BOTTOM = 28, 220
"""Of the price."""
BANDS = {"truth": 232, "detector": 264}
BAND = 24
COLOURS = ("#0b7f68", "#b93a28", "#8a97a3", "#d9a13b", "#ffffff", "#ffffff")
"""In the order of the phases."""


def phase_picture(closes: Floats, truth: Labels, labels: Labels) -> str:
    """Price in the middle of bands: above what ruled, below what was said at the time."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="A simulated market and its phases" font-family="system-ui,sans-serif" '
        f'font-size="12">'
    )
    foot = (
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end" fill="#5a6875">'
        f"{len(closes):,} hours; the price in logarithms</text>"
    )
    parts = [
        head,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_legend(),
        f'<path d="{_line(closes)}" fill="none" stroke="#17212b" stroke-width="1"/>',
        *_band("truth", truth),
        *_band("detector", labels),
        foot,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _x(row: float, rows: int) -> float:
    return LEFT + row / rows * (WIDTH - LEFT - RIGHT)


def _line(closes: Floats) -> str:
    logs = np.log(closes)
    low, high = float(logs.min()), float(logs.max())
    heights = BOTTOM - (logs - low) / max(high - low, 1e-12) * (BOTTOM - TOP)
    points = (f"{_x(row + 1, len(logs)):.1f} {y:.1f}" for row, y in enumerate(heights.tolist()))
    return "M" + "L".join(points)


def _legend() -> Iterator[str]:
    for place, (phase, colour) in enumerate(zip(PHASES[:4], COLOURS, strict=False)):
        x = LEFT + 110 * place
        yield f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 18}" y="18" fill="#17212b">{phase}</text>'


def _band(name: str, labels: Labels) -> Iterator[str]:
    """One rectangle for each stretch of a label."""
    y, rows = BANDS[name], len(labels)
    yield f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end" fill="#17212b">{name}</text>'
    turns: list[int] = (np.flatnonzero(np.diff(labels)) + 1).tolist()
    starts = [0, *turns]
    for start, end in zip(starts, [*starts[1:], rows], strict=True):
        x, colour = _x(start, rows), COLOURS[int(labels[start])]
        width = _x(end, rows) - x
        yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAND}" fill="{colour}"/>'
