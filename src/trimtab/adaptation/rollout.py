"""The rollout ladder: shadow -> limited -> full. Up by evidence and a person, down by rule."""

from __future__ import annotations

from math import exp, log

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adaptation.held import Held
from trimtab.domain.configuration import Stage
from trimtab.domain.decisions import AdaptationJudged

LADDER: tuple[Stage, ...] = ("shadow", "limited", "full")

ENOUGH_JUDGED = 20
"""Contracts that a stage has to have seen judged."""

ENOUGH_EVIDENCE = 20.0
"""E-value of "what the rules propose helps", over those contracts together."""

TOO_OFTEN = 3
"""Changes in a row that proved harmful: one stage down."""

SMALLEST = 1e-300


class Rollout(Struct, frozen=True):
    """What the present stage has seen. The product of contracts' e-values is an e-value."""

    supervised: bool = False
    """Whether there is something at stake; where there is not, stages are free to choose."""
    judged: int = 0
    evidence: float = 0.0
    """Logarithm of the e-value."""
    harmful: int = 0
    """Changes in force that proved harmful, and none since that proved good."""

    def after(self, stage: Stage, judgement: AdaptationJudged) -> Rollout:
        """In shadow its shadow contracts count, later what has been in force."""
        if judgement.verdict == "superseded" or judgement.bars == 0:
            return self
        if judgement.shadow != (stage == "shadow"):
            return self
        harmful = {"rolled_back": self.harmful + 1, "kept": 0}.get(judgement.verdict, self.harmful)
        more = log(max(judgement.evidence_of_help, SMALLEST))
        return replace(self, judged=self.judged + 1, evidence=self.evidence + more, harmful=harmful)

    def afresh(self) -> Rollout:
        """At the beginning of a stage."""
        return Rollout(self.supervised)

    def gate(self, now: Stage, wanted: Stage, held: Held, paused: str | None) -> str | None:
        """Why the bot may not climb; None where it may, and always downwards."""
        steps = LADDER.index(wanted) - LADDER.index(now)
        if not self.supervised or steps <= 0:
            return None
        if steps > 1:
            return f"one stage at a time: from {now} to {LADDER[LADDER.index(now) + 1]} first"
        if paused is not None:
            return f"an alarm is open: the bot is paused: {paused}"
        if held.paused:
            return f"an alarm is open: the accuracy of {', '.join(held.paused)} has dropped"
        if self.judged < ENOUGH_JUDGED:
            return f"{self.judged} contracts have been judged in {now}; {ENOUGH_JUDGED} are needed"
        if self.evidence < log(ENOUGH_EVIDENCE):
            return (
                f"the evidence that adapting helps is {exp(self.evidence):.2g} over "
                f"{self.judged} contracts; {ENOUGH_EVIDENCE:g} is needed"
            )
        return None

    def demoted(self, stage: Stage) -> tuple[Stage, str] | None:
        """The stage below, and why; None where nothing speaks against the present one."""
        if self.harmful < TOO_OFTEN:
            return None
        return self.below(stage, f"{self.harmful} changes in a row proved harmful")

    def below(self, stage: Stage, because: str) -> tuple[Stage, str] | None:
        """One stage down, where there is one and something is at stake."""
        place = LADDER.index(stage)
        return (LADDER[place - 1], because) if self.supervised and place > 0 else None
