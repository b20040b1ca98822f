"""An adaptation is a contract: what was changed, what it should do, and how to take it back."""

from __future__ import annotations

from msgspec import Struct

from trimtab.domain.configuration import Change, Effect
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.units import AdaptationId, Coin, Micros

MOST_OPEN = 8
"""Contracts that may run side by side."""


class Contract(Struct, frozen=True):
    """An open contract. Its counterfactual is the configuration in force with `inverse` applied."""

    adaptation: AdaptationId
    rule: str
    scope: tuple[Coin, ...]
    change: Change
    inverse: Change
    opened: Micros
    expected: Effect
    reduces_risk: bool

    @staticmethod
    def of(proposal: AdaptationProposed, inverse: Change) -> Contract:
        return Contract(
            proposal.adaptation, proposal.rule, proposal.scope, proposal.change, inverse,
            proposal.at, proposal.expected, proposal.reduces_risk,
        )  # fmt: skip

    def touches(self, scope: tuple[Coin, ...]) -> bool:
        """Whether a change of `scope` would meddle with what this contract measures."""
        return not set(self.scope).isdisjoint(scope)
