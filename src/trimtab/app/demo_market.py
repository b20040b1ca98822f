"""The demo's world: a seeded market with forecasters to see through, and a past to have learnt from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.predictions import Predictions
from trimtab.app.recording import Recording
from trimtab.domain.configuration import Topic
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed
from trimtab.domain.units import DAY, HOUR, Micros, TopicName
from trimtab.lab.forecasters import FORECASTERS, Forecaster, simulate_forecasts
from trimtab.lab.markets import SyntheticMarket, synthetic_market

PAST_DAYS, FUTURE_DAYS = 240, 365

FADING = Forecaster(
    Topic(TopicName("fading-4h"), "log_return", Micros(4 * HOUR)),
    (0.60, 0.60, 0.60, 0.60),
    lasts=24 * PAST_DAYS + 12,
    afterwards=0.3,
)
"""Good for as long as anybody remembers, and no more since shortly after the viewer came in."""


class Scenes(Struct, frozen=True, eq=False):
    """A record, cut where the viewer comes in."""

    recording: Recording
    present: Micros
    """What lies before is learnt from at full speed; what comes after is played."""

    def past(self) -> Iterator[Outside]:
        """In blocks of bars that are as long as they can be."""
        for fact in self._facts():
            if fact.at > self.present:
                if isinstance(fact, BarsClosed) and (known := self._known(fact)) > 0:
                    yield rows_of(fact, 0, known)
                return
            yield fact

    def live(self) -> Iterator[Outside]:
        """Bars one by one, as they would close."""
        for fact in self._facts():
            if fact.at <= self.present:
                continue
            if isinstance(fact, BarsClosed):
                for row in range(max(self._known(fact), 0), len(fact.bars)):
                    yield rows_of(fact, row, row + 1)
            else:
                yield fact

    def _known(self, fact: BarsClosed) -> int:
        """How many of the block's rows had closed when the viewer came in."""
        return len(fact.bars) - (fact.at - self.present) // fact.interval

    def _facts(self) -> Iterator[Outside]:
        return self.recording.feed().facts()


def synthetic_scenes(seed: int) -> Scenes:
    """Equal seeds give equal worlds."""
    past, future = PAST_DAYS * 24, FUTURE_DAYS * 24
    markets, forecasters = np.random.default_rng(seed).spawn(2)
    market = synthetic_market(past + future, markets)
    forecasts = simulate_forecasts(market, forecasters, (*FORECASTERS, FADING))
    predictions = Predictions(
        forecasts.topics, forecasts.coins, forecasts.instants, forecasts.values, None, None, 0
    )
    recording = Recording(_candles(market), predictions, None)
    return Scenes(recording, Micros(int(market.closes_at[past])))


def recorded_scenes(recording: Recording) -> Scenes:
    """The last fifth is played, at most a year; the rest is the past."""
    closes = recording.candles.closes_at
    last = int(closes[-1])
    played = min((last - int(closes[0])) // 5, 365 * int(DAY))
    return Scenes(recording, Micros(int(closes[np.searchsorted(closes, last - played)])))


def _candles(market: SyntheticMarket) -> Candles:
    gaps = (0,) * len(market.coins)
    return Candles(market.coins, market.interval, market.closes_at, market.bars, gaps)


def rows_of(fact: BarsClosed, start: int, stop: int) -> BarsClosed:
    """The rows from `start` to before `stop`, as a fact of their own."""
    at = Micros(fact.at - (len(fact.bars) - stop) * fact.interval)
    return BarsClosed(at, fact.interval, fact.coins, fact.bars[start:stop])
