"""Adapted: the configuration in force, and all that is known about how it came to be."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from trimtab.adaptation.adaptation_learner import AdaptationLearner
from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.held import Held
from trimtab.adaptation.rollout import Rollout
from trimtab.adaptation.safety_monitor import SafetyMonitor
from trimtab.adaptation.success_rate import SuccessRate
from trimtab.domain.configuration import Configuration
from trimtab.domain.units import NEVER, Micros


class Adapted(Struct, frozen=True):
    """Immutable: whoever changes something gives a new one, so nothing is ever half-applied."""

    bot: str
    configuration: Configuration
    written: Configuration
    safety: SafetyMonitor
    contracts: tuple[Contract, ...] = ()
    """In the order of their counterfactual books."""
    proposals: int = 0
    held: Held = Held()
    answered: dict[str, Micros] = {}
    """When each rule last changed each coin."""
    success: SuccessRate = SuccessRate()
    learner: AdaptationLearner = AdaptationLearner()
    rollout: Rollout = Rollout()
    fault: str | None = None
    """The step at which the next change fails; set by exercises only."""

    @property
    def next_deadline(self) -> Micros:
        """When the next contract has to be judged at the latest."""
        return min([one.expected.deadline for one in self.contracts], default=NEVER)

    @property
    def paused(self) -> bool:
        return self.safety.paused_because is not None

    def counterfactuals(self) -> list[Configuration]:
        """What each counterfactual book trades: the configuration in force, but for one change."""
        order = self.written.mix
        return [one.counterfactual(self.configuration, order) for one in self.contracts]

    @property
    def in_force(self) -> tuple[Contract, ...]:
        """The contracts whose change the bot itself trades."""
        return tuple(one for one in self.contracts if not one.shadow)


E = TypeVar("E", bound=Adapted)
"""Whatever keeps this state."""
