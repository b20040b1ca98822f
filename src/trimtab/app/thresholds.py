"""The static twin's threshold: chosen per topic on the first months of its record, then fixed."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf

import numpy as np

from trimtab.adapters.parquet.predictions import Predictions
from trimtab.app.errors import UserError
from trimtab.app.recording import Recording
from trimtab.domain.configuration import Configuration
from trimtab.domain.observations import OPEN
from trimtab.domain.units import SECOND, Micros
from trimtab.lab.alignment import as_log_returns, closes_before, on_rows
from trimtab.lab.static_threshold import choose_threshold
from trimtab.lab.static_twin import TwinMarket, TwinRules

AUTO = "auto"

MONTHS = 8
"""Of the record, before `--from`, on which the threshold may be chosen."""


def static_threshold(
    given: str, recording: Recording, begin: Micros | None, written: Configuration
) -> float:
    """Of a recording of one topic: the number given, or for ``auto`` the best candidate.

    Raises UserError.
    """
    if given != AUTO:
        return _number(given)
    predictions = recording.predictions
    if predictions is None or begin is None:
        raise UserError(
            "--static-threshold auto: needs --from, for the rows before it are learnt from; "
            "add it, or give a number"
        )
    candles = recording.candles
    opens_at = candles.closes_at - candles.interval
    first, until = int(predictions.issued_at[0]), min(begin, _months_after(predictions.issued_at))
    rows = slice(*np.searchsorted(opens_at, [first, until]).tolist())
    known = TwinMarket(*(part[rows] for part in _market(recording, predictions, opens_at)))
    horizon = predictions.topics[0].horizon // candles.interval
    rules = TwinRules(horizon, capital=written.capital, costs=written.costs)
    return choose_threshold(known, opens_at[rows], rules).value


def _number(given: str) -> float:
    try:
        value = float(given)
    except ValueError as error:
        raise UserError(
            f"--static-threshold {given!r}: give auto or a log return such as 0.002"
        ) from error
    if not 0.0 <= value < inf:
        raise UserError(
            f"--static-threshold {given}: a log return is 0 or more: give one such as 0.002"
        )
    return value


def _months_after(instants: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Micros:
    """The start of the month that comes `MONTHS` after the one of the first forecast."""
    first = datetime.fromtimestamp(int(instants[0]) / SECOND, UTC)
    month = first.month - 1 + MONTHS
    end = datetime(first.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Micros(int(end.timestamp()) * SECOND)


def _market(
    recording: Recording,
    predictions: Predictions,
    opens_at: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> TwinMarket:
    """The record on its rows: what the twin sees when each bar opens."""
    candles, funding = recording.candles, recording.funding
    columns = [candles.coins.index(coin) for coin in predictions.coins]
    shape = (len(opens_at), len(candles.coins))
    values = np.full(shape, np.nan)
    values[:, columns] = on_rows(opens_at, predictions.issued_at, predictions.values[:, 0], np.nan)
    kind = predictions.topics[0].kind
    returns = as_log_returns(kind, values, closes_before(candles.bars))
    rates = np.zeros(shape)
    if funding is not None:
        rates = np.nan_to_num(on_rows(opens_at, funding.settled_at, funding.rates, 0.0))
    return TwinMarket(candles.bars[:, OPEN], returns, rates)
