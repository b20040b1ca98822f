"""An adaptation is a contract: what was changed, what it should do, and how to take it back."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adaptation.changes import applied, taken_back
from trimtab.domain.configuration import Change, Configuration, Effect, Mix
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.units import AdaptationId, Coin, Micros

MOST_OPEN = 8
"""Contracts that may run side by side."""

FIRST_COUNTERFACTUAL = 2
"""Books 0 and 1 are the actual one and the static twin."""


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
    context: str = "unknown"
    """The market's phase when it was proposed."""
    shadow: bool = False
    """Only its book trades the change: it was refused, and runs to learn its worth."""

    @staticmethod
    def of(proposal: AdaptationProposed, inverse: Change, context: str = "unknown") -> Contract:
        return Contract(
            proposal.adaptation, proposal.rule, proposal.scope, proposal.change, inverse,
            proposal.at, proposal.expected, proposal.reduces_risk, context,
        )  # fmt: skip

    def touches(self, scope: tuple[Coin, ...]) -> bool:
        """Whether a change of `scope` would meddle with what this contract measures."""
        return not set(self.scope).isdisjoint(scope)

    def counterfactual(self, configuration: Configuration, order: Mix) -> Configuration:
        """What its book trades: the configuration without the change, or, in shadow, with it."""
        if self.shadow:
            return applied(configuration, self.change)
        return self.undone(configuration, order)

    def undone(self, configuration: Configuration, order: Mix) -> Configuration:
        """`configuration` without this change, and with every other; `order` of a topic's coins."""
        return taken_back(configuration, self.change, self.inverse, order)
