"""From a fact to its story: which other rows belong to it, and what led to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from trimtab.domain.decisions import ForecastsWeighed, OrderIntended, PredictionsSettled
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.facts import Fact
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.tags import tag_of
from trimtab.records.evidence_of_facts import evidence_of
from trimtab.records.explanation import Evidence, chained
from trimtab.records.recorded import Recorded
from trimtab.records.upcasting import facts_after

Pair = tuple[str, str]


class Forecasts(Protocol):
    """What is known of the forecasts that were weighed in a step."""

    def pairs(self, only: tuple[str, str] | None = None) -> Iterator[Evidence]: ...
