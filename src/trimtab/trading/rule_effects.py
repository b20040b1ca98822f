"""What each rule's adaptations did, as measured against the books that went on without them."""

from __future__ import annotations

from msgspec import Struct

from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationRolledBack,
    Verdict,
)
from trimtab.domain.facts import Fact
from trimtab.domain.units import AdaptationId, Bp

OPEN = 100
"""Adaptations remembered until they end; the oldest is forgotten first, as some never do."""


class RuleEffect(Struct, frozen=True):
    """Of all adaptations of one rule that were in force."""

    applied: int = 0
    verdicts: dict[Verdict, int] = {}
    """How many ended so. What a person took back before its verdict counts, without an effect."""
    bars: int = 0
    """For which they were measured."""
    effect: Bp = Bp(0.0)
    """Measured mean a bar times bars, summed over contracts, in bp of equity.

    No two contracts of a time touch the same coin, so that their effects add up.
    """


class RuleEffects(Struct, frozen=True):
    """As large as there are rules."""

    open: dict[AdaptationId, str] = {}
    """Rules of adaptations without a verdict."""
    by_rule: dict[str, RuleEffect] = {}

    def after(self, fact: Fact) -> RuleEffects:
        """After one more fact; the same object where nothing changed."""
        match fact:
            case AdaptationApplied():
                known = self.by_rule.get(fact.rule, RuleEffect())
                applied = RuleEffect(known.applied + 1, known.verdicts, known.bars, known.effect)
                still = dict([*self.open.items(), (fact.adaptation, fact.rule)][-OPEN:])
                return RuleEffects(still, {**self.by_rule, fact.rule: applied})
            case AdaptationJudged(shadow=False):
                rule = fact.rule or self.open.get(fact.adaptation, "unknown")
                total = fact.measured.net_edge * fact.bars
                return self._ended(fact.adaptation, rule, fact.verdict, fact.bars, total)
            case AdaptationRolledBack() if fact.adaptation in self.open:
                rule = self.open[fact.adaptation]
                return self._ended(fact.adaptation, rule, fact.ended_as, 0, 0.0)
            case _:
                return self

    def _ended(
        self, adaptation: AdaptationId, rule: str, verdict: Verdict, bars: int, total: float
    ) -> RuleEffects:
        still = {each: name for each, name in self.open.items() if each != adaptation}
        known = self.by_rule.get(rule, RuleEffect())
        count = known.verdicts.get(verdict, 0) + 1
        verdicts: dict[Verdict, int] = {**known.verdicts, verdict: count}
        effect = Bp(known.effect + total)
        ended = RuleEffect(known.applied, verdicts, known.bars + bars, effect)
        return RuleEffects(still, {**self.by_rule, rule: ended})
