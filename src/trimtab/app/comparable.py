"""What may not be compared: data that is kept for a last test, and what nobody could trade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from trimtab.app.errors import UserError
from trimtab.app.recording import Recording
from trimtab.domain.configuration import Topic
from trimtab.domain.units import SECOND

TRADED = ("log_return", "price")
"""Kinds of forecasts that tell a direction."""


def check_comparable(recording: Recording, locked_from: date, *, open_locked: bool) -> None:
    """Raises UserError."""
    _check_tradable(recording.topics)
    if open_locked or locked_from == date.max:
        return
    midnight = datetime.combine(locked_from, time(), UTC)
    if recording.closed > int(midnight.timestamp()) * SECOND:
        raise UserError(
            f"locked_from {locked_from}: the candles go beyond it, and what lies there is kept for a "
            f"last test: add --to {locked_from}, or --open-locked when that test is due"
        )


def _check_tradable(topics: Sequence[Topic]) -> None:
    for topic in topics:
        if topic.kind not in TRADED:
            raise UserError(
                f"topic {topic.name} is of kind {topic.kind}, which tells no direction: nothing can "
                "be traded by it; name the others with --topics"
            )
