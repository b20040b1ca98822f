"""A forecast of one topic: what it says, which one it is, and how old."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Literal

from msgspec import Struct

from trimtab.adapters.allora.intervals import Interval
from trimtab.adapters.allora.networks import Network
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.units import SECOND, Coin, Micros

Source = Literal["api", "chain"]

Freshness = Literal["fresh", "delayed", "stale"]

_DELAYED, _STALE = 1.5, 3.0
"""Ages in cadences."""

_RESTAMPED = Micros(120 * SECOND)
"""The API has told one inference with timestamps 90 s apart."""


class Forecast(Struct, frozen=True):
    """What the network says of one coin."""

    network: Network
    topic_id: int
    kind: PredictionKind
    asset: Coin
    horizon: Micros
    value: Decimal
    """A log return, a price, a volatility: as the kind says."""
    issued_at: Micros
    """By the network's own clock."""
    source: Source
    interval: Interval | None = None
    nonce: int | None = None
    """The block that opened its epoch; the API does not tell it."""

    @property
    def mark(self) -> Mark:
        return Mark(self.nonce, self.value, self.issued_at)


class Mark(Struct, frozen=True):
    """By what an inference is known again. Kept over restarts, it makes each come once."""

    nonce: int | None
    value: Decimal
    issued_at: Micros

    def is_of(self, forecast: Forecast, cadence: Micros) -> bool:
        """Whether it is the same inference, or an older one.

        By nonce where both have one. Else an equal value with all its digits is the same one with
        another timestamp: a quiet topic must not look alive because its reply is stamped anew. A
        value of few digits may come twice; it is the same one within half a cadence.
        """
        if self.nonce is not None and forecast.nonce is not None:
            return forecast.nonce <= self.nonce
        if forecast.issued_at <= self.issued_at:
            return True
        if not alike(self.value, forecast.value):
            return False
        near = max(cadence // 2, _RESTAMPED)
        return _is_unique(self.value) or forecast.issued_at - self.issued_at <= near


class Age(Struct, frozen=True):
    """How old a forecast is, and where the time went."""

    network: Micros
    """From its issue until we asked."""
    fetch: Micros
    """Until the answer was there."""
    queue: Micros = Micros(0)
    """Until it was handed on."""

    @property
    def whole(self) -> Micros:
        return Micros(self.network + self.fetch + self.queue)


def freshness(age: Micros, cadence: Micros) -> Freshness:
    """By the forecast's own age: when its reply came says nothing."""
    if age <= _DELAYED * cadence:
        return "fresh"
    return "delayed" if age <= _STALE * cadence else "stale"


def alike(one: Decimal, other: Decimal) -> bool:
    """Equal as far as the shorter one has decimals: the API cuts the chain's digits off."""
    shorter, longer = sorted((one, other), key=_decimals)
    if longer == shorter:
        return True
    places = _decimals(shorter)
    with localcontext(prec=_DIGITS, rounding=ROUND_DOWN):
        return places >= _ENOUGH and longer.quantize(Decimal(1).scaleb(-places)) == shorter


_DIGITS = 120
_ENOUGH = 12
"""Decimals that two different inferences do not share."""


def _is_unique(value: Decimal) -> bool:
    """Whether it has so many digits that two inferences do not share it."""
    return len(value.normalize().as_tuple().digits) >= _ENOUGH


def _decimals(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)
