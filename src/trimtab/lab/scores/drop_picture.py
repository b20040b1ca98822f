"""One stream as a picture: the hit rate of a window, and the evidence on its way to the alarm."""

from __future__ import annotations

from html import escape

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 300, 48, 36, 40
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#555}path{fill:none;stroke-width:1.5}"
    "path.axis{stroke:#999;stroke-width:1}path.mark{stroke:#999;stroke-dasharray:3 3}"
    "path.evidence{stroke:#c2410c}path.window{stroke:#2563eb}"
    "text.evidence{fill:#c2410c}text.window{fill:#2563eb}"
)


class DropStream(Struct, frozen=True, eq=False):
    """What is shown, forecast by forecast."""

    title: str
    evidence: Floats
    """1 alarms."""
    window: Floats
    """Hit rate of the last forecasts."""
    marks: dict[str, int]
    """Words at the places they speak of."""


def drop_picture(stream: DropStream) -> str:
    """SVG, for light and dark pages."""
    marks = "".join(
        f'<path class="mark" d="M{_x(place, stream):.1f} {_TOP}V{_HEIGHT - _BOTTOM}">'
        f"<title>{escape(words)}</title></path>"
        f'<text x="{_x(place, stream) + 4:.1f}" y="{_TOP + 12}">{escape(words)}</text>'
        for words, place in stream.marks.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(stream.title)}"><style>{_STYLE}</style>'
        f'<text x="{_LEFT}" y="16">{escape(stream.title)}</text>'
        f'<text class="evidence" x="{_LEFT}" y="32">evidence of a drop, 100 % alarms</text>'
        f'<text class="window" x="{_LEFT + 220}" y="32">hits among the last 200</text>'
        f"{_axes(stream)}{marks}"
        f"{_line('window', stream.window, stream)}{_line('evidence', stream.evidence, stream)}</svg>"
    )


def _axes(stream: DropStream) -> str:
    ticks = "".join(
        f'<text x="{_LEFT - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    count = len(stream.evidence)
    below = "".join(
        f'<text x="{_x(place, stream):.1f}" y="{_HEIGHT - 18}" text-anchor="middle">{place}</text>'
        for place in range(0, count, 100)
    )
    name = f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 4}" text-anchor="middle">forecasts</text>'
    axis = f'<path class="axis" d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - 12}"/>'
    return f"{axis}{ticks}{below}{name}"


def _line(name: str, values: Floats, stream: DropStream) -> str:
    points = "L".join(
        f"{_x(place, stream):.1f} {_y(value):.1f}" for place, value in enumerate(values.tolist())
    )
    return f'<path class="{name}" d="M{points}"/>'


def _x(place: int, stream: DropStream) -> float:
    return _LEFT + place / max(1, len(stream.evidence) - 1) * (_WIDTH - 12 - _LEFT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP - 8)
