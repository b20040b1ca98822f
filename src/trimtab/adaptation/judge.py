"""Did it help? The verdict over a contract, from its paired trial against the counterfactual."""

from __future__ import annotations

from math import exp, sqrt
from typing import NamedTuple

from msgspec.structs import replace

from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.risk_adjuster import WIDTH
from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import AdaptationJudged, Verdict
from trimtab.domain.units import Bp, Micros

ENOUGH = 20.0
"""Evidence at which a verdict falls: false in at most 5 % of contracts, however often one looks."""


class Measured(NamedTuple):
    """What a trial has seen: differences per bar, in bp of capital."""

    bars: int
    total: float
    squares: float
    harm: float
    """E-value of "the change harms"."""
    help: float
    """E-value of "the change helps"."""

    def turned(self) -> Measured:
        """Of a book that trades a change which the bot does not: what the change is worth."""
        return Measured(self.bars, -self.total, self.squares, self.help, self.harm)

    def effect(self, contract: Contract) -> Effect:
        """Mean difference a bar with a 90 % interval (normal, for the eye; the test decides)."""
        mean = self.total / self.bars if self.bars else 0.0
        spread = self.squares / self.bars - mean * mean if self.bars else 0.0
        width = WIDTH * sqrt(max(spread, 0.0) / self.bars) if self.bars else 0.0
        return Effect(
            Bp(mean), Bp(mean - width), Bp(mean + width),
            contract.expected.win_rate, contract.expected.deadline,
        )  # fmt: skip


def measured(trial: tuple[float, ...], harm: list[float], good: list[float]) -> Measured:
    """From a line of `trading.records.TRIAL`: (bars, sum, squares) and the logs of the bets."""
    bars, total, squares = trial
    return Measured(int(bars), total, squares, _mean(harm), _mean(good))


def _mean(logs: list[float]) -> float:
    return sum(map(exp, logs)) / len(logs)


def judge(at: Micros, contract: Contract, seen: Measured) -> AdaptationJudged | None:
    """The verdict, or None while there is none: evidence first, then the deadline."""
    did = "it would have done" if contract.shadow else "it did"
    if seen.harm >= ENOUGH:
        return verdict(at, contract, seen, "rolled_back", f"{did} worse than going on without it")
    if seen.help >= ENOUGH:
        return verdict(at, contract, seen, "kept", f"{did} better than going on without it")
    if at < contract.expected.deadline:
        return None
    if contract.shadow:
        return verdict(at, contract, seen, "inconclusive", "not proven by its deadline")
    fate = "kept, as it reduces risk" if contract.reduces_risk else "taken back, as it adds risk"
    return verdict(at, contract, seen, "inconclusive", f"not proven by its deadline; {fate}")


def takes_back(contract: Contract, judgement: AdaptationJudged) -> bool:
    """Whether the change is undone: proven harm always, what is not proven where it adds risk."""
    if contract.shadow:
        return False
    undecided = judgement.verdict == "inconclusive"
    return judgement.verdict == "rolled_back" or (undecided and not contract.reduces_risk)


def outlived(at: Micros, contract: Contract, seen: Measured) -> AdaptationJudged:
    """Its reason is over and its rule gives back: that is its deadline, and nothing was proven.

    When a reason ends follows from the market alone, so the evidence may be looked at then. What was
    expected is the mean over the bars until the deadline: over fewer bars its interval is wider.
    """
    because = f"its reason is over after {seen.bars} bars: not proven either way by then"
    judgement = verdict(at, contract, seen, "inconclusive", because)
    if not seen.bars:
        return judgement
    mean, expected = judgement.measured.net_edge, contract.expected
    wider = sqrt(max(1.0, (expected.deadline - contract.opened) / max(1, at - contract.opened)))
    low = expected.net_edge - wider * (expected.net_edge - expected.low)
    high = expected.net_edge + wider * (expected.high - expected.net_edge)
    return replace(judgement, as_expected=low <= mean <= high)


def verdict(
    at: Micros, contract: Contract, seen: Measured, outcome: Verdict, because: str
) -> AdaptationJudged:
    """The judgement as a fact."""
    measured, expected = seen.effect(contract), contract.expected
    ran = outcome != "superseded" and seen.bars > 0
    return AdaptationJudged(
        at, contract.adaptation, outcome, because, measured, seen.harm, seen.help, seen.bars,
        contract.rule, contract.context, contract.shadow,
        expected.low <= measured.net_edge <= expected.high if ran else None,
    )  # fmt: skip
