"""Adapted against static by coin, phase and volatility: where the difference comes from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import DAY
from trimtab.lab.comparison import Differences, difference
from trimtab.lab.daily import sharpe
from trimtab.lab.paired_days import FIGURES, PairedDays
from trimtab.lab.round_trips import Floats, Integers, RoundTrips, joined

FEWEST = 30
"""Round trips that either book needs before an interval is told."""


class CutMetrics(Struct, frozen=True):
    """One book's round trips of one cut."""

    trades: int
    win_rate: float | None
    net_bp_per_trade: float | None
    net: float
    """Sum in USD."""
    sharpe: float | None
    """Of the daily sums of trips that closed."""


class Cut(Struct, frozen=True):
    """Two books in one coin, phase or regime."""

    adapted: CutMetrics
    static: CutMetrics
    difference: Differences
    """Without intervals where either book made fewer than 30 round trips. A cut has no equity, so
    that its drawdown is not told."""


class Cuts(Struct, frozen=True):
    """By what the trips had in common when they began; each adds up to all of them."""

    coins: dict[str, Cut]
    phases: dict[str, Cut]
    volatility: dict[str, Cut]


def cuts(runs: Sequence[RoundTrips], days: Integers, capital: float) -> Cuts:
    """All three cuts of all runs together.

    `days`: when the books were marked (opens of UTC days, ascending); what closed at such a moment
    belongs to the day before it. `capital`: of each run, USD. Raises ValueError without runs.
    """
    every = joined(runs)
    whole = every.where((every.closed > days[0]) & (every.closed <= days[-1]))
    total = capital * len(runs)
    return Cuts(
        _by(whole, whole.coin, whole.coins, days, total),
        _by(whole, whole.phase, PHASES, days, total),
        _by(whole, whole.regime, VOLATILITY_REGIMES, days, total),
    )


def _by(
    trips: RoundTrips, codes: Integers, names: Sequence[str], days: Integers, capital: float
) -> dict[str, Cut]:
    """Those names that were traded at all, in their order."""
    traded = [(code, name) for code, name in enumerate(names) if (codes == code).any()]
    return {name: _cut(trips.where(codes == code), days, capital) for code, name in traded}


def _cut(trips: RoundTrips, days: Integers, capital: float) -> Cut:
    paired = _by_day(trips, days, capital)
    adapted, static = (_metrics(paired, book, capital) for book in range(2))
    enough = min(adapted.trades, static.trades) >= FEWEST
    found = paired.intervals() if enough else dict.fromkeys(FIGURES)
    differences = (
        difference(getattr(adapted, name, None), getattr(static, name, None), found[name])
        for name in FIGURES
    )
    return Cut(adapted, static, Differences(*differences))


def _by_day(trips: RoundTrips, days: Integers, capital: float) -> PairedDays:
    sums, profits = np.zeros((len(days) - 1, 2, 3)), np.zeros((2, len(days) - 1))
    day = (trips.closed - days[0] - 1) // DAY
    each = np.ones(len(day)), 1.0 * (trips.net > 0.0), trips.net / trips.notional * 1e4
    for place, values in enumerate(each):
        np.add.at(sums[:, :, place], (day, trips.book), values)
    np.add.at(profits, (trips.book, day), trips.net / capital)
    return PairedDays(profits, sums)


def _metrics(paired: PairedDays, book: int, capital: float) -> CutMetrics:
    profits: Floats = paired.profits[book]
    trades, wins, net_bp = paired.sums[:, book].sum(axis=0).tolist()
    win_rate, edge = (wins / trades, net_bp / trades) if trades else (None, None)
    net = float(profits.sum()) * capital
    return CutMetrics(round(trades), win_rate, edge, net, sharpe(profits))
