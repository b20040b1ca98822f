"""Allora's figures and moments: exact decimals, and times of two scales."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation, localcontext

from trimtab.adapters.allora.errors import NotUnderstoodError
from trimtab.domain.units import SECOND, Micros

_DIGITS = 120
"""More than 2 to the 256 with 36 decimals has: nothing is ever rounded."""

_WRAPPED, _WHOLE = Decimal(2**255), Decimal(2**256)

_EARLIEST, _LATEST = Micros(1_577_836_800 * SECOND), Micros(4_102_444_800 * SECOND)
"""2020 and 2100: whatever lies outside is in another scale."""

_MILLI = 1_000


def decimal_of(text: str) -> Decimal:
    """Exact. Raises NotUnderstoodError for what is no finite number."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise NotUnderstoodError(f"{text[:80]!r} is no number") from error
    if not value.is_finite():
        raise NotUnderstoodError(f"{text[:80]!r} is no finite number")
    return value


def whole_of(text: int | str) -> int:
    """Exact. Raises NotUnderstoodError for what is no whole number."""
    value = decimal_of(str(text))
    if value != value.to_integral_value():
        raise NotUnderstoodError(f"{text!r} is no whole number")
    return int(value)


def scaled(raw: str, decimals: int) -> Decimal:
    """A whole number of 10 to the minus `decimals`; one above 2 to the 255 is a negative one."""
    whole = decimal_of(raw)
    with localcontext(prec=_DIGITS):
        return (whole - _WHOLE if whole >= _WRAPPED else whole).scaleb(-decimals)


def agreeing(raw: str, normalized: str | None, decimals: int) -> Decimal:
    """The value that both tell. Raises NotUnderstoodError where they differ."""
    value = scaled(raw, decimals)
    if normalized is None:
        return value
    told = decimal_of(normalized)
    with localcontext(prec=_DIGITS):
        if told not in {value, decimal_of(raw).scaleb(-decimals)}:
            raise NotUnderstoodError(
                f"network_inference {raw[:80]} with {decimals} decimals is not the normalized"
                f" {normalized[:80]}"
            )
    return value


def from_seconds(seconds: int | str) -> Micros:
    """Raises NotUnderstoodError for a moment before 2020 or after 2100."""
    return _moment(seconds, SECOND, "seconds")


def from_milliseconds(milliseconds: int | str) -> Micros:
    """As `from_seconds`."""
    return _moment(milliseconds, Micros(_MILLI), "milliseconds")


def _moment(count: int | str, unit: Micros, name: str) -> Micros:
    value = decimal_of(str(count))
    at = Micros(int(value * unit))
    if not _EARLIEST <= at < _LATEST:
        raise NotUnderstoodError(f"timestamp {count} lies outside 2020 to 2100 as {name}")
    return at
