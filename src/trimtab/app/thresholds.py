"""The static twin's threshold: chosen per topic on the first months of its record, then fixed."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from trimtab.app.errors import UserError
from trimtab.app.recording import Recording
from trimtab.domain.configuration import Costs
from trimtab.domain.observations import OPEN
from trimtab.domain.units import SECOND, Micros
from trimtab.lab.alignment import as_log_returns, closes_before, on_rows
from trimtab.lab.static_threshold import choose_threshold
from trimtab.lab.static_twin import TwinMarket, TwinRules

MONTHS = 8
"""Of the record, before `--from`, on which the threshold may be chosen."""


def static_threshold(
    given: str, recording: Recording, topic: int, begin: Micros | None, capital: float, costs: Costs
) -> float:
    """The number given, or for ``auto`` the best candidate of the first months. Raises UserError."""
    if given != "auto":
        return _number(given)
    predictions = recording.predictions
    if predictions is None or begin is None:
        raise UserError("--static-threshold auto: needs --from; the rows before it are learnt from")
    candles = recording.candles
    opens_at = candles.closes_at - candles.interval
    first, until = int(predictions.issued_at[0]), min(begin, _months_after(predictions.issued_at))
    rows = slice(*np.searchsorted(opens_at, [first, until]).tolist())
    market = _market(recording, topic, opens_at)
    known = TwinMarket(*(part[rows] for part in market))
    horizon = predictions.topics[topic].horizon // candles.interval
    rules = TwinRules(horizon, capital=capital, costs=costs)
    return choose_threshold(known, opens_at[rows], rules).value


def _number(given: str) -> float:
    try:
        value = float(given)
    except ValueError as error:
        raise UserError(f"--static-threshold {given!r}: give auto or a log return") from error
    if not value >= 0.0:
        raise UserError(f"--static-threshold {given}: must be 0 or more")
    return value


def _months_after(instants: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Micros:
    """The start of the month that comes `MONTHS` after the one of the first forecast."""
    first = datetime.fromtimestamp(int(instants[0]) / SECOND, UTC)
    month = first.month - 1 + MONTHS
    end = datetime(first.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Micros(int(end.timestamp()) * SECOND)


def _market(
    recording: Recording, topic: int, opens_at: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> TwinMarket:
    """The record on its rows: what the twin sees when each bar opens."""
    candles, predictions, funding = recording.candles, recording.predictions, recording.funding
    assert predictions is not None  # noqa: S101 - checked by the caller
    columns = [candles.coins.index(coin) for coin in predictions.coins]
    shape = (len(opens_at), len(candles.coins))
    values = np.full(shape, np.nan)
    values[:, columns] = on_rows(
        opens_at, predictions.issued_at, predictions.values[:, topic], np.nan
    )
    kind = predictions.topics[topic].kind
    returns = as_log_returns(kind, values, closes_before(candles.bars))
    rates = np.zeros(shape)
    if funding is not None:
        rates = np.nan_to_num(on_rows(opens_at, funding.settled_at, funding.rates, 0.0))
    return TwinMarket(candles.bars[:, OPEN], returns, rates)
