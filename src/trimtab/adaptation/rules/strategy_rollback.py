"""When the bot does worse than it may, the changes that are behind are taken back first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.judge import Measured
from trimtab.domain.configuration import Configuration
from trimtab.domain.event_types import PerformanceDegradation

NAME = "strategy_rollback"
TRIGGER = "performance_degradation"


class Behind(NamedTuple):
    """An open contract that has done worse so far than going on without it."""

    contract: Contract
    seen: Measured

    @property
    def because(self) -> str:
        return (
            f"the bot does worse than it may, and this change is behind: "
            f"{self.seen.total:+.1f} bp in {self.seen.bars} bars, "
            f"evidence of harm {self.seen.harm:.1f}"
        )


def is_hard(event: PerformanceDegradation, configuration: Configuration) -> bool:
    """Whether it is the fall below the drawdown limit, at which trading pauses."""
    return event.limit == configuration.risk.maximum_drawdown and event.drawdown >= event.limit


def strategy_rollback(
    contracts: Sequence[Contract], seen: Sequence[Measured], *, hard: bool
) -> tuple[Behind, ...]:
    """The contracts to take back, worst evidence first.

    At the drawdown limit what reduces risk stays: a fall is no moment to raise it again.
    """
    behind = [
        Behind(contract, measured)
        for contract, measured in zip(contracts, seen, strict=True)
        if not contract.shadow
        and measured.total < 0.0
        and measured.harm > 1.0
        and not (hard and contract.reduces_risk)
    ]
    return tuple(sorted(behind, key=lambda one: -one.seen.harm))
