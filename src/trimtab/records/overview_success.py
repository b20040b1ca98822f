"""How many of the changes that were approved could be made whole."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adaptation.success_rate import SuccessRate
from trimtab.domain.decisions import AdaptationApplied, AdaptationFailed
from trimtab.domain.facts import Fact


class Success(Struct, frozen=True):
    """The same count as the bot's own, from its facts."""

    counted: SuccessRate = SuccessRate()
    rate: float | None = None
    """Applied over applied and failed, of the last thousand; None before the first."""


def see_success(success: Success, fact: Fact) -> Success:
    """The count after a fact; the same object where nothing changed."""
    match fact:
        case AdaptationApplied():
            counted = success.counted.applied()
        case AdaptationFailed():
            counted = success.counted.failed()
        case _:
            return success
    return Success(counted, counted.rate)
