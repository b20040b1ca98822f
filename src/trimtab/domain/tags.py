"""The wire name of a fact: what its `type` says in the journal and on the socket."""

from __future__ import annotations

from trimtab.domain.facts import Fact


def tag_of(fact: Fact) -> str:
    """Such as ``volatility_spike``."""
    return str(fact.__struct_config__.tag)
