"""Scores the forecast of the next day's volatility on recorded candles."""

from __future__ import annotations

import numpy as np

from trimtab.app.errors import UserError
from trimtab.app.recording import Recording
from trimtab.domain.units import DAY
from trimtab.lab.scores.volatility_forecast import (
    VolatilityForecastScores,
    score_volatility_forecast,
)

TAUGHT = 60
"""Days at the beginning of a file that teach only."""
SCORED = 30
"""Days after these at the least."""


def score_recorded_volatility(recording: Recording) -> VolatilityForecastScores:
    """Days after the first TAUGHT are scored.

    Raises UserError for bars that do not divide a day or for too few days.
    """
    data = recording.candles
    if DAY % data.interval:
        raise UserError(f"--candles: bars of {data.interval} us do not make up a day: use others")
    opens = data.closes_at - data.interval
    first = int(np.argmax(opens % DAY == 0))
    days = (len(opens) - first) // (DAY // data.interval)
    if days < TAUGHT + SCORED:
        raise UserError(
            f"--candles: {days} days, of which {TAUGHT} teach: {SCORED} more are needed"
        )
    bars = np.ascontiguousarray(data.bars[first:])
    bars.flags.writeable = False
    return score_volatility_forecast(data.coins, data.interval, bars, TAUGHT)
