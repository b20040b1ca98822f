"""AdaptationLearner: which rule has been worth listening to, in which kind of market.

Hedge over sleeping experts (Freund, Schapire, Singer & Warmuth 1997): an expert is a rule in a class
of context and is awake only where its trigger fires there; "do nothing" never sleeps. In every round
one expert and "do nothing" are awake, so the game falls apart into one of two players for each
expert, and what is kept is the logarithm of their weights' ratio. It is updated by the loss of each
judged contract, also of those that only a counterfactual book traded, and is drawn back towards the
prior by a fixed share, because markets change (Herbster & Warmuth 1998).
"""

from __future__ import annotations

from math import exp, log, sqrt

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import AdaptationJudged
from trimtab.domain.units import Bp

PRIOR = 2.0 / 3.0
"""Weight of a rule that nobody has seen yet: somebody wrote it for a reason."""

ROUNDS = 64
"""Judged contracts of an expert over which the rate of learning is optimal."""

RATE = sqrt(8.0 * log(2.0) / ROUNDS)
"""Of Hedge with two players (Cesa-Bianchi & Lugosi 2006, section 2.2)."""

SHARE = 0.01
"""Of the weight that goes back to the prior at every judgement."""

LARGEST = 4.5
"""Standard errors at which an effect stops to count more."""

QUANTILE = 1.645
"""Half of the 90 % interval of a measured effect, in standard errors."""

MISSES, STEP, GROWTH = 0.10, 0.02, 10.0
"""Outcomes that may miss a 90 % interval; how far one moves alpha; how alpha widens intervals."""


class Expert(Struct, frozen=True):
    """A rule in one class of context, against doing nothing."""

    odds: float = log(PRIOR / (1.0 - PRIOR))
    """Logarithm of its weight over that of doing nothing."""
    judged: int = 0

    @property
    def weight(self) -> float:
        """Share of the two players' weight, 0 to 1."""
        return 1.0 / (1.0 + exp(-self.odds))

    def after(self, loss: float) -> Expert:
        """Doing nothing gains and loses nothing: its loss is a half."""
        weight = 1.0 / (1.0 + exp(-self.odds - RATE * (0.5 - loss)))
        shared = (1.0 - SHARE) * weight + SHARE * PRIOR
        return Expert(log(shared / (1.0 - shared)), self.judged + 1)


class AdaptationLearner(Struct, frozen=True):
    """Every change of it follows from an `adaptation_judged`, so that learning replays."""

    experts: dict[str, Expert] = {}
    """By rule and class of context."""
    alphas: dict[str, float] = {}
    """By rule: below `MISSES` its intervals are wider than the rule made them."""

    def expert(self, rule: str, context: str) -> Expert:
        return self.experts.get(f"{rule}/{context}", Expert())

    def doubt(self, rule: str, context: str) -> str | None:
        """Why the rule had better not be followed there; None where it outweighs doing nothing."""
        expert = self.expert(rule, context)
        if expert.odds > 0.0:
            return None
        return (
            f"learnt: in {context} markets doing nothing has been better than {rule}: "
            f"weight {expert.weight:.2f} of 1 after {expert.judged} judged"
        )

    def calibrated(self, rule: str, effect: Effect) -> Effect:
        """With an interval as wide as it has to be to hold 90 % of what is measured."""
        wider = exp(GROWTH * (MISSES - self.alphas.get(rule, MISSES)))
        return replace(
            effect,
            low=Bp(effect.net_edge - wider * (effect.net_edge - effect.low)),
            high=Bp(effect.net_edge + wider * (effect.high - effect.net_edge)),
        )

    def after(self, judgement: AdaptationJudged) -> AdaptationLearner:
        """What has been learnt from a contract."""
        if judgement.bars == 0 or not judgement.rule:
            return self
        name = f"{judgement.rule}/{judgement.context}"
        expert = self.experts.get(name, Expert()).after(loss(judgement.measured))
        learnt = replace(self, experts={**self.experts, name: expert})
        if judgement.as_expected is None:
            return learnt
        alpha = self.alphas.get(judgement.rule, MISSES)
        alpha += STEP * (MISSES - (not judgement.as_expected))
        return replace(learnt, alphas={**self.alphas, judgement.rule: alpha})


def loss(measured: Effect) -> float:
    """0 (it helped beyond doubt) to 1 (it harmed): the effect over its standard error, clipped."""
    error = (measured.high - measured.net_edge) / QUANTILE
    size = measured.net_edge / error if error > 0.0 else 0.0
    return (1.0 - max(-1.0, min(1.0, size / LARGEST))) / 2.0
