"""Each forecast of an instant as evidence: what was known of its topic here, and why it was traded or not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import ForecastsWeighed
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.reasons import Reason, words
from trimtab.mind.mind import Mind
from trimtab.mind.weighing import weighed_by
from trimtab.records.explanation import Evidence, Figure
from trimtab.trading.records import ACTUAL
from trimtab.trading.strategy import Signals

Pair = tuple[str, str]
"""Topic and coin."""


class Weighing:
    """The moment before a decision on forecasts, worked out once more in full."""

    def __init__(self, before: Mind, issued: PredictionsIssued, told: ForecastsWeighed) -> None:
        self._before = before
        self._after, self._signals = weighed_by(before, issued)
        self._told = told
        self._phase = before.context.market_phase
        self._cells = self._after.accuracy.cells(self._phase)

    def pairs(self, only: Pair | None = None) -> Iterator[Evidence]:
        """Every pair that had a forecast; `only`: one of them."""
        for row, topic in enumerate(self._told.topics):
            for column, coin in enumerate(self._told.coins):
                reason = self._told.reasons[row][column]
                if reason != Reason.NO_FORECAST and only in (None, (topic, coin)):
                    yield self._pair((topic, coin), (row, column), reason)

    def _pair(self, pair: Pair, place: tuple[int, int], reason: int) -> Evidence:
        regime = VOLATILITY_REGIMES[int(self._before.context.volatility_regimes[place[1]])]
        known = self._known(pair, regime)
        figures = dict(self._figures(place, regime))
        record = _record(known)
        traded = "traded" if reason == Reason.TRADED else f"not traded: {words(reason)}"
        chance = self._signals.probability[place]
        costs = self._before.accuracy.round_trip
        because = (
            f"In {PHASES[self._phase]} markets with {regime} volatility {record}; after {costs:g} bp "
            f"costs the chance of an edge is {chance:.2f}: {traded}"
        )
        return Evidence(
            f"{pair[0]} on {pair[1]}", because, figures={**figures, **_figures_of(known)}
        )

    def _known(self, pair: Pair, regime: str) -> AccuracyCell | None:
        return next(
            (
                cell
                for cell in self._cells
                if (cell.topic, cell.symbol) == pair and cell.volatility_regime == regime
            ),
            None,
        )

    def _figures(self, place: tuple[int, int], regime: str) -> Iterator[tuple[str, Figure]]:
        configuration: Configuration = self._before.adaptation.configuration
        signals: Signals = self._signals
        yield "phase", PHASES[self._phase]
        yield "volatility regime", regime
        yield "forecast bp", _number(signals.returns[place] * 1e4)
        yield "threshold bp", configuration.topics[place[0]].threshold * 1e4
        yield "P(net edge > 0)", _number(signals.probability[place])
        yield "net edge bp", _number(signals.net_edge[place])
        yield "round trip bp", self._before.accuracy.round_trip
        gate = configuration.gate
        yield "gate enters above", None if gate is None else gate.enter
        yield "gate leaves below", None if gate is None else gate.leave
        yield "gate was open", bool(self._before.books.gates[(ACTUAL, *place)])
        yield "reason code", int(self._told.reasons[place[0]][place[1]])


def _record(known: AccuracyCell | None) -> str:
    if known is None or not known.n:
        return "it has no settled forecasts yet"
    return (
        f"it was right {known.accuracy:.0%} of {known.n:,} times, which are worth "
        f"{known.n_effective:,.0f} independent ones [{known.low:.0%} to {known.high:.0%}]"
    )


def _figures_of(known: AccuracyCell | None) -> dict[str, Figure]:
    if known is None:
        return {"hits": 0, "n": 0}
    return {
        "hits": known.hits, "n": known.n, "effective n": known.n_effective,
        "accuracy expected": known.posterior_mean, "low": known.low, "high": known.high,
    }  # fmt: skip


def _number(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
