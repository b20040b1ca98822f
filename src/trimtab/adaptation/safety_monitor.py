"""May this be done now? The only maker of `Approved`; every refusal has a reason."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adaptation.circuit_breakers import CircuitBreakers
from trimtab.adaptation.contracts import MOST_OPEN, Contract
from trimtab.adaptation.overrides import Overrides
from trimtab.domain.configuration import HardLimits, Stage
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.units import Coin, Micros


class Approved(Struct, frozen=True):
    """A proposal that passed. Made by `SafetyMonitor` alone (a test checks that)."""

    proposal: AdaptationProposed


class SafetyMonitor(Struct, frozen=True):
    """What is known about safety: the stage, a pause, limits and what has tripped, and a person's word."""

    stage: Stage
    wait: Micros
    """A coin's risk is not raised again within this time of its last change."""
    paused_because: str | None = None
    changed: dict[Coin, Micros] = {}
    limits: HardLimits = HardLimits()
    breakers: CircuitBreakers = CircuitBreakers()
    overrides: Overrides = Overrides()

    def is_safe_to_adapt(
        self, proposal: AdaptationProposed, contracts: tuple[Contract, ...]
    ) -> Approved | AdaptationRefused:
        """The approval, or the first reason against it."""
        because = self._obstacle(proposal, contracts)
        if because is None:
            return Approved(proposal)
        return AdaptationRefused(
            proposal.at, proposal.rule, proposal.trigger, because, proposal.adaptation
        )

    def _obstacle(
        self, proposal: AdaptationProposed, contracts: tuple[Contract, ...]
    ) -> str | None:
        if self.paused_because is not None:
            return f"the bot is paused: {self.paused_because}"
        return (
            self._limit_obstacle(proposal)
            or self._forbidden(proposal)
            or self._stage_obstacle(proposal)
            or self._crowding(proposal, contracts)
            or self._haste(proposal)
        )

    def _limit_obstacle(self, proposal: AdaptationProposed) -> str | None:
        most = self.limits.leverage
        above = [
            f"{coin} {wanted:g}x"
            for coin, wanted in proposal.change.coin_leverage.items()
            if most is not None and wanted is not None and wanted > most
        ]
        return f"{', '.join(above)}: the hard limit is {most:g}x" if above else None

    def _forbidden(self, proposal: AdaptationProposed) -> str | None:
        word = self.overrides.forbids(proposal)
        return f"forbidden by {word.actor}: {word.reason}" if word else None

    def _stage_obstacle(self, proposal: AdaptationProposed) -> str | None:
        if proposal.restores or self.overrides.forces(proposal):
            return None
        if self.stage == "shadow":
            return "stage shadow: decisions are recorded, nothing is changed"
        if self.stage == "limited" and not proposal.reduces_risk and len(proposal.scope) > 1:
            return "stage limited: only changes that reduce risk or touch one coin"
        return None

    @staticmethod
    def _crowding(proposal: AdaptationProposed, contracts: tuple[Contract, ...]) -> str | None:
        staying = [one for one in contracts if not one.touches(proposal.scope)]
        if len(staying) < MOST_OPEN or proposal.reduces_risk or proposal.restores:
            return None
        return f"{len(staying)} changes are being measured already, and {MOST_OPEN} is the most"

    def _haste(self, proposal: AdaptationProposed) -> str | None:
        """Reducing and restoring never wait; what raises risk beyond that does."""
        if proposal.reduces_risk or proposal.restores or self.overrides.forces(proposal):
            return None
        hasty = [
            coin
            for coin in proposal.scope
            if proposal.at - self.changed.get(coin, -self.wait) < self.wait
        ]
        if not hasty:
            return None
        return f"{', '.join(hasty)} changed less than {self.wait / 3.6e9:g} h ago"
