"""Bad input, said in one line: file, place, value and how to mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from trimtab.domain.units import Micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DataError(ValueError):
    """A file that cannot be used as it is. The message is for the person who gave it."""


def moment(at: int) -> str:
    """A moment as people read it: ``2021-03-01 05:00 UTC``."""
    try:
        text = f"{_EPOCH + timedelta(microseconds=int(at)):%Y-%m-%d %H:%M:%S.%f}"
    except OverflowError:  # years that no calendar has: a wrong unit, most likely
        return f"microsecond {at}"
    return text.removesuffix(".000000").removesuffix(":00") + " UTC"


def length(span: Micros) -> str:
    """A length of time as people read it: ``1:00:00``."""
    return str(timedelta(microseconds=span))
