"""What has been learnt of each rule: a read model that learns from judgements as the bot does."""

from __future__ import annotations

from typing import ClassVar, Self

from msgspec import Struct, field
from msgspec.structs import replace

from trimtab.adaptation.adaptation_learner import AdaptationLearner, Expert
from trimtab.domain.decisions import AdaptationJudged
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros


class RuleWeight(Struct, frozen=True):
    """A rule in one class of context, against doing nothing there."""

    rule: str
    context: str
    weight: float
    """0 to 1; it began at two thirds."""
    judged: int
    """Contracts, those of refused proposals included."""
    followed: bool
    """Whether it outweighs doing nothing; else what it proposes is refused."""


class Rules(Struct, frozen=True):
    """All that have been judged, the heaviest first, as of `seq`."""

    seq: int
    rules: tuple[RuleWeight, ...]


class RuleWeights(Struct, frozen=True):
    """A handler: folds judgements. A rule that was never judged anywhere is not listed."""

    KINDS: ClassVar[tuple[type[Fact], ...]] = (EngineStarted, AdaptationJudged)
    TYPE: ClassVar[str] = "adaptation_judged"

    seq: int = 0
    learner: AdaptationLearner = field(default_factory=AdaptationLearner)
    until: Micros | None = None
    """From when on nothing more is learnt."""

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact; itself for facts of other types, and for what it has seen."""
        if seq <= self.seq:
            return self
        match fact:
            case EngineStarted():
                return replace(self, seq=seq, until=fact.configuration.adapting.learn_until)
            case AdaptationJudged() if self.until is None or fact.at < self.until:
                return replace(self, seq=seq, learner=self.learner.after(fact))
            case _:
                return self

    def told(self) -> Rules:
        """As a list."""
        rows = [_row(name, one) for name, one in self.learner.experts.items()]
        return Rules(self.seq, tuple(sorted(rows, key=lambda one: (-one.weight, one.rule))))


def _row(name: str, expert: Expert) -> RuleWeight:
    rule, context = name.split("/", 1)
    return RuleWeight(rule, context, expert.weight, expert.judged, expert.odds > 0.0)
