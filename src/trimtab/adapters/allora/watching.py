"""What is known of one topic's feed: its last forecast, whether it is lost, and when to ask again."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from trimtab.adapters.allora.forecast import Age, Forecast, Freshness, Mark, freshness
from trimtab.adapters.allora.streams import Followed
from trimtab.domain.units import SECOND, Micros

SHORTEST, LONGEST = Micros(5 * SECOND), Micros(60 * SECOND)
"""Between two questions of one topic while its next forecast is due."""

_TRIES = 20
"""Questions within one cadence while a forecast is due."""

_FAILED = Micros(30 * SECOND)


class Past(Struct, frozen=True):
    """What a feed's next life has to know of the one before."""

    marks: Mapping[int, Mark] = {}
    """By topic: what was told; see `telling.marks_of`."""
    lost: tuple[str, ...] = ()
    """Feeds that the bot takes to be lost: somebody has to tell it when they are back."""


class Watch(Struct, frozen=True):
    """Of one topic. A value: it changes by replacing."""

    mark: Mark | None = None
    """Of the last inference that was seen, also in a former life."""
    age: Age | None = None
    """Of the last forecast that was handed on, when it was."""
    due: Micros = Micros(0)
    """When to ask next."""
    lost: str = ""
    """Why the feed is lost; empty while it is well."""

    @property
    def issued_at(self) -> Micros | None:
        """When the last inference was issued, as first seen."""
        return None if self.mark is None else self.mark.issued_at

    def freshness(self, cadence: Micros, now: Micros) -> Freshness:
        """Of what is known; nothing is stale."""
        if self.issued_at is None:
            return "stale"
        return freshness(Micros(max(0, now - self.issued_at)), cadence)


def is_worth(forecast: Forecast, cadence: Micros, now: Micros) -> bool:
    """Not stale, and the better half of its horizon is to come."""
    age = Micros(now - forecast.issued_at)
    return freshness(age, cadence) != "stale" and 2 * age <= forecast.horizon


def next_question(topic: Followed, issued_at: Micros | None, now: Micros, chance: float) -> Micros:
    """When the next forecast should be there, and then again and again until it is.

    `chance` in [0, 1): spreads many clients' questions over a twentieth of the cadence.
    """
    cadence = topic.entry.cadence
    due = now if issued_at is None else Micros(issued_at + cadence)
    soon = min(max(Micros(cadence // _TRIES), SHORTEST), LONGEST)
    pause = max(due - now, soon)
    return Micros(now + pause + int(chance * soon))


def after_failure(now: Micros, chance: float, asked_for: float | None = None) -> Micros:
    """When to ask again after an error; `asked_for`: seconds that Allora wants to be left alone."""
    pause = max(_FAILED, int((asked_for or 0.0) * SECOND))
    return Micros(now + pause + int(chance * _FAILED))
