"""Forecasts: weigh each by what forecasters like it were worth in this context, then trade."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.context.told_figures import told_table
from trimtab.domain.decisions import Decision, ForecastsWeighed
from trimtab.domain.facts import Derived
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.reasons import Reason
from trimtab.domain.units import TopicName
from trimtab.mind.mind import Mind
from trimtab.mind.planning import act_on
from trimtab.mind.readmitting import readmitted
from trimtab.trading.strategy import Signals


def weigh(mind: Mind, issued: PredictionsIssued) -> tuple[Mind, list[Derived]]:
    """Remembers the forecasts, says what each is worth, and gives the books their orders."""
    values = _by_topic_and_coin(mind, issued)
    overridden = mind.safety.overrides.phase is not None
    unswayed = _in_phase(mind, issued, None)[1] if overridden else None
    mind, forecasts = weighed_by(mind, issued)
    signals = mind.strategy.on_forecasts(forecasts)
    if signals is None:
        return mind, []
    orders = list[Derived]()
    back = list[Decision]()
    if mind.trades:
        mind, back = readmitted(mind, issued.at, signals)
        mind, reasons, orders = act_on(mind, signals, mind.context.sigmas, issued.at, unswayed)
    else:
        reasons = np.where(np.isfinite(values), Reason.NOT_STARTED, Reason.NO_FORECAST)
    told = _told(mind, issued, forecasts, _muted(reasons, values, forecasts))
    return mind, [told, *back, *orders]


def weighed_by(mind: Mind, issued: PredictionsIssued) -> tuple[Mind, Signals]:
    """The forecasts remembered, and what is thought of each, in full: facts tell a few digits."""
    return _in_phase(mind, issued, mind.safety.overrides.phase)


def _in_phase(mind: Mind, issued: PredictionsIssued, viewed: int | None) -> tuple[Mind, Signals]:
    """Weighed as in the phase that a person sees; None: that the detector sees."""
    context = mind.context
    accuracy, weighed = mind.accuracy.issue(
        issued.at, _by_topic_and_coin(mind, issued), mind.books.marks, context.market_phase,
        context.volatility_regimes, context.sigmas, _bounds(mind, issued), viewed,
    )  # fmt: skip
    forecasts = Signals(weighed.returns, weighed.probability, weighed.net_edge, accuracy.horizons)
    return replace(mind, accuracy=accuracy), forecasts


def _muted(
    reasons: NDArray[np.int64], values: NDArray[np.float64], forecasts: Signals
) -> NDArray[np.int64]:
    """A forecast that tells no direction is not traded for that reason."""
    silent = np.isnan(forecasts.returns)
    if not silent.any():
        return reasons
    return np.where(silent & np.isfinite(values), Reason.NOT_DIRECTIONAL, reasons)


def _told(
    mind: Mind, issued: PredictionsIssued, weighed: Signals, reasons: NDArray[np.int64]
) -> ForecastsWeighed:
    return ForecastsWeighed(
        issued.at,
        _topics(mind),
        mind.coins,
        told_table(weighed.probability, 4),
        told_table(weighed.net_edge, 1),
        tuple(map(tuple, reasons.tolist())),
    )


def _bounds(mind: Mind, issued: PredictionsIssued) -> NDArray[np.float64] | None:
    """[lower or upper, topic, coin] in the mind's order; None where forecasts come without."""
    if issued.lower is None or issued.upper is None:
        return None
    return np.stack([
        _by_topic_and_coin(mind, replace(issued, values=bound))
        for bound in (issued.lower, issued.upper)
    ])  # fmt: skip


def _by_topic_and_coin(mind: Mind, issued: PredictionsIssued) -> NDArray[np.float64]:
    """[topic, coin] in the mind's order; NaN where there is no forecast. Unknown ones are left out."""
    given = np.array(issued.values, np.float64)
    if issued.coins == mind.coins and issued.topics == _topics(mind):
        return given
    values = np.full((len(_topics(mind)), len(mind.coins)), np.nan)
    rows = _places(issued.topics, _topics(mind))
    columns = _places(issued.coins, mind.coins)
    for row, place in rows:
        for column, spot in columns:
            values[place, spot] = given[row, column]
    return values


def _topics(mind: Mind) -> tuple[TopicName, ...]:
    return mind.teller.topics


def _places(names: Sequence[str], order: Sequence[str]) -> list[tuple[int, int]]:
    return [(here, order.index(name)) for here, name in enumerate(names) if name in order]
