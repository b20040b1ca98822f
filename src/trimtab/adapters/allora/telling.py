"""Forecasts as facts: a table of streams by coins for everything that became known at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from trimtab.adapters.allora.forecast import Forecast, Mark
from trimtab.adapters.allora.streams import Followed
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.rounding import shortened
from trimtab.domain.units import Coin, Micros, TopicName

RETURN_DIGITS, PRICE_DIGITS = 6, 8
"""Significant digits, as of recorded forecasts: finer than .001 bp."""

Cell = tuple[TopicName, Coin]


class Table(Struct, frozen=True):
    """The same rows and columns in every fact, so that the fold need not look names up."""

    streams: tuple[TopicName, ...]
    coins: tuple[Coin, ...]

    @staticmethod
    def of(topics: Sequence[Followed]) -> Table:
        """In the order of the topics' numbers."""
        return Table(
            tuple(dict.fromkeys(one.stream for one in topics)),
            tuple(dict.fromkeys(one.asset for one in topics)),
        )

    def fact(self, at: Micros, news: Sequence[tuple[Followed, Forecast]]) -> PredictionsIssued:
        """`at`: when they became known; nobody could have acted on them before."""
        cells = {(topic.stream, topic.asset): one for topic, one in news}
        bounded = any(one.interval is not None for one in cells.values())
        return PredictionsIssued(
            at, self.streams, self.coins,
            self._filled({place: _told(one, one.value) for place, one in cells.items()}),
            self._filled(_bounds(cells, upper=False)) if bounded else None,
            self._filled(_bounds(cells, upper=True)) if bounded else None,
        )  # fmt: skip

    def _filled(self, cells: dict[Cell, float]) -> tuple[tuple[float | None, ...], ...]:
        return tuple(
            tuple(cells.get((stream, coin)) for coin in self.coins) for stream in self.streams
        )


def marks_of(facts: Iterable[PredictionsIssued], topics: Sequence[Followed]) -> dict[int, Mark]:
    """By what was told and is durable, what need not be told again: for a feed's next life.

    Facts keep neither nonce nor issue: whatever was issued until a fact was told counts as told.
    """
    numbers = {(one.stream, one.asset): one.entry.topic_id for one in topics}
    marks: dict[int, Mark] = {}
    for fact in facts:
        for stream, row in zip(fact.topics, fact.values, strict=True):
            for coin, value in zip(fact.coins, row, strict=True):
                topic_id = numbers.get((stream, coin))
                if topic_id is not None and value is not None:
                    marks[topic_id] = Mark(None, Decimal(repr(value)), fact.at)
    return marks


def _bounds(cells: dict[Cell, Forecast], *, upper: bool) -> dict[Cell, float]:
    return {
        place: _told(one, one.interval.upper if upper else one.interval.lower)
        for place, one in cells.items()
        if one.interval is not None
    }


def _told(forecast: Forecast, value: Decimal) -> float:
    digits = PRICE_DIGITS if forecast.kind == "price" else RETURN_DIGITS
    return shortened(float(value), digits)
