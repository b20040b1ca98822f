"""What a forecast must be before it is used: possible for its kind, told in time, told alike by both sources."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from trimtab.adapters.allora.errors import DisagreementError, NotUnderstoodError
from trimtab.adapters.allora.forecast import Forecast, alike
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.units import SECOND, Micros

_LARGEST_RETURN = Decimal("1.5")
"""Log return: more than fourfold. A price that is taken for a return lies beyond."""

_AHEAD = Micros(90 * SECOND)
"""How far Allora's clock may be before ours."""


class Tolerance(Struct, frozen=True):
    """How far two sources may differ."""

    relative: Decimal = Decimal("0.0001")
    """Of prices and volatilities: 1 bp."""
    absolute: Decimal = Decimal("0.0001")
    """Of log returns: 1 bp."""

    def allows(self, kind: PredictionKind, one: Decimal, other: Decimal) -> bool:
        difference = abs(one - other)
        if kind in {"price", "volatility"}:
            return difference <= self.relative * max(abs(one), abs(other))
        return difference <= self.absolute


def check_possible(forecast: Forecast) -> None:
    """Raises NotUnderstoodError for a value that its kind cannot have."""
    value, kind = forecast.value, forecast.kind
    if kind == "price" and value <= 0:
        raise NotUnderstoodError(f"{_name(forecast)}: a price of {value}: is it a log return?")
    if kind == "volatility" and value < 0:
        raise NotUnderstoodError(f"{_name(forecast)}: a volatility of {value}")
    if kind == "log_return" and abs(value) > _LARGEST_RETURN:
        raise NotUnderstoodError(f"{_name(forecast)}: a log return of {value}: is it a price?")


def check_time(forecast: Forecast, now: Micros) -> None:
    """Raises NotUnderstoodError for a forecast from the future."""
    ahead = forecast.issued_at - now
    if ahead > _AHEAD:
        raise NotUnderstoodError(
            f"{_name(forecast)}: issued {ahead / SECOND:.0f} s in the future: set this machine's clock"
        )


def check_agreement(api: Forecast, chain: Sequence[Forecast], tolerance: Tolerance) -> None:
    """`chain`: its latest forecasts; the API may be one behind. Raises DisagreementError."""
    if any(
        alike(api.value, one.value) or tolerance.allows(one.kind, api.value, one.value)
        for one in chain
    ):
        return
    told = ", ".join(str(one.value) for one in chain)
    raise DisagreementError(f"{_name(api)}: the API tells {api.value}, the chain {told}: not used")


def _name(forecast: Forecast) -> str:
    return f"topic {forecast.topic_id} ({forecast.asset} on {forecast.network})"
