"""The counter behind computed ids: how many facts were derived at an instant."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind


def numbered(mind: Mind, at: Micros, facts: int) -> Mind:
    """The mind after deriving so many facts at `at`; a late fact counts at the last instant."""
    instant = max(mind.instant, at)
    ordinal = mind.ordinal if instant == mind.instant else 0
    return replace(mind, instant=instant, ordinal=ordinal + facts)
