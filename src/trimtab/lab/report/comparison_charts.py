"""The pictures of a comparison: what chance could have made of it, and the market's phases."""

from __future__ import annotations

import numpy as np

from trimtab.domain.market_context import PHASES
from trimtab.domain.units import DAY
from trimtab.lab.bootstrap import FEWEST_DAYS, Days, block_length, drawn_days
from trimtab.lab.comparison import ADAPTED, STATIC
from trimtab.lab.daily import Floats, falls_from_peak
from trimtab.lab.full_comparison import Bots
from trimtab.lab.metrics import daily_equity
from trimtab.lab.report.line_chart import Chart, Line, Span, line_chart

SHORTEST = 14 * DAY
"""Shorter stretches of a phase are not shaded: they would be hairs."""

_SEED = 1
_TAIL = 2.5
"""Percent on either side of a band."""


def charts(bots: Bots, capital: float) -> str:
    """Equity, the difference, and drawdowns."""
    runs = list(bots.marks.values())
    adapted, static = (daily_equity(runs, book) for book in (ADAPTED, STATIC))
    gap = (adapted.equity - static.equity) / capital
    spans = _spans(bots, int(adapted.at[0]), int(adapted.at[-1]))
    pictures = (
        Chart(
            "Profit, as a share of the capital; shaded: the market's phase", adapted.at,
            (Line(ADAPTED, adapted.equity / capital - 1.0), Line(STATIC, static.equity / capital - 1.0)),
            spans=spans,
        ),
        Chart(
            "What adapting added, as a share of the capital; shaded: 95 % of what drawing its days "
            "anew gives", adapted.at, (Line("difference", gap),), band=_band(gap),
        ),
        Chart(
            "Drawdown: below the highest equity so far", adapted.at,
            (
                Line(ADAPTED, -falls_from_peak(adapted.equity)),
                Line(STATIC, -falls_from_peak(static.equity)),
            ),
        ),
    )  # fmt: skip
    return "".join(map(line_chart, pictures))


def _band(path: Floats) -> tuple[Floats, Floats] | None:
    """Day by day, 95 % of the paths that the same days make when blocks of them are drawn anew."""
    steps = np.diff(path)
    if len(steps) < FEWEST_DAYS:
        return None
    drawn = drawn_days(len(steps), block_length(steps), _SEED)
    paths = np.concatenate([_paths(steps, days) for days in drawn])
    low, high = np.percentile(paths, (_TAIL, 100.0 - _TAIL), axis=0)
    return path[0] + np.append(0.0, low), path[0] + np.append(0.0, high)


def _paths(steps: Floats, days: Days) -> Floats:
    """[replication, day]"""
    return np.cumsum(steps[days], axis=1)


def _spans(bots: Bots, first: int, last: int) -> tuple[Span, ...]:
    """All bots see the same market: the first one's phases are everybody's."""
    if not bots.phases:
        return ()
    changes = bots.phases[0]
    ends = [*(int(at) for at, _ in changes[1:]), last]
    return tuple(
        Span(max(at, first), min(end, last), PHASES[code])
        for (at, code), end in zip(changes, ends, strict=True)
        if end - at >= SHORTEST and end > first and at < last
    )
