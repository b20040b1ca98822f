"""A recording whose forecasts know nothing, to see how much a run loses where there is no edge."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.app.recording import Recording
from trimtab.domain.observations import CLOSE
from trimtab.domain.rounding import significant
from trimtab.lab.placebo import signs_shuffled


def with_signs_shuffled(recording: Recording, seed: int) -> Recording:
    """The same record, every forecast's sign drawn anew; without intervals, which lean one way."""
    predictions, candles = recording.predictions, recording.candles
    if predictions is None:
        return recording
    rows = np.searchsorted(candles.closes_at, predictions.issued_at, "right") - 1
    columns = [candles.coins.index(coin) for coin in predictions.coins]
    closes = candles.bars[rows][:, CLOSE, columns]
    values = signs_shuffled(
        predictions.topics, predictions.values, closes, np.random.default_rng(seed)
    )
    told = replace(predictions, values=significant(values, 8), lower=None, upper=None)
    return replace(recording, predictions=told)
