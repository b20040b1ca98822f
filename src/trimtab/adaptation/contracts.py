"""An adaptation is a contract: what was changed, what it should do, and how to take it back."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adaptation.changes import taken_back
from trimtab.domain.configuration import Change, Configuration, Effect, Mix
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.units import AdaptationId, Coin, Micros

MOST_OPEN = 8
"""Contracts that may run side by side."""


class Contract(Struct, frozen=True):
    """An open contract. Its counterfactual is the configuration in force without its change."""

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

    def undone(self, configuration: Configuration, order: Mix) -> Configuration:
        """`configuration` without this change, and with every other; `order` of a topic's coins."""
        return taken_back(configuration, self.change, self.inverse, order)
