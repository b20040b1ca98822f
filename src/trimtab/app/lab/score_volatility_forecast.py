"""Scores the forecast of the next day's volatility on recorded candles."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trimtab.adapters.parquet.candles import read_candles
from trimtab.app.errors import UserError
from trimtab.domain.units import DAY, Micros
from trimtab.lab.scores.volatility_forecast import (
    VolatilityForecastScores,
    score_volatility_forecast,
)

TAUGHT = 60
"""Days at the beginning of a file that teach only, unless a later moment is given."""


def score_recorded_volatility(
    candles: Path, symbols: list[str] | None = None, begin: Micros | None = None
) -> VolatilityForecastScores:
    """Days from `begin` on are scored, those before teach.

    Raises UserError for bars that do not divide a day or for too few days, DataError for a file
    that cannot be used.
    """
    data = read_candles(candles, symbols)
    if DAY % data.interval:
        raise UserError(f"{candles}: bars of {data.interval} us do not make up a day: use others")
    opens = data.closes_at - data.interval
    first = int(np.argmax(opens % DAY == 0))
    days = (len(opens) - first) // (DAY // data.interval)
    taught = TAUGHT if begin is None else max(TAUGHT, int((begin - opens[first]) // DAY))
    if days < taught + 30:
        raise UserError(f"{candles}: {days} days, of which {taught} teach: 30 more are needed")
    bars = np.ascontiguousarray(data.bars[first:])
    bars.flags.writeable = False
    return score_volatility_forecast(data.coins, data.interval, bars, taught)
