"""A fact with its place in the journal."""

from __future__ import annotations

from typing import NamedTuple

from trimtab.domain.facts import Fact


class Recorded(NamedTuple):
    """A fact that is durable."""

    seq: int
    fact: Fact
