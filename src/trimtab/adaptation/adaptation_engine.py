"""AdaptationEngine: from a market event to a changed configuration, and back.

event -> rule -> proposal -> safety -> contract -> judgement -> kept or rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from trimtab.adaptation import judging
from trimtab.adaptation.adapted import Adapted
from trimtab.adaptation.allora_optimizer import Pair
from trimtab.adaptation.answering import alarmed, ask_rule, listens_to, too_soon
from trimtab.adaptation.applying import apply_whole, failed
from trimtab.adaptation.budget import shortfall
from trimtab.adaptation.changes import applied, scope_of
from trimtab.adaptation.consequences import consequences
from trimtab.adaptation.held import Held
from trimtab.adaptation.judge import Measured
from trimtab.adaptation.readmit_pairs import readmit_pairs
from trimtab.adaptation.rollout import Rollout
from trimtab.adaptation.rules import strategy_rollback as degrading
from trimtab.adaptation.rules.strategy_rollback import is_hard, strategy_rollback
from trimtab.adaptation.safety_monitor import Approved, SafetyMonitor
from trimtab.adaptation.shadowing import lapsed, shadowed
from trimtab.adaptation.situation import Situation
from trimtab.adaptation.steps import PROPOSE, FailedStepError, take_step
from trimtab.domain.canonical import event_id
from trimtab.domain.configuration import Change, Configuration, Stage
from trimtab.domain.decisions import (
    AdaptationProposed,
    AdaptationRefused,
    Decision,
    SafetyPaused,
    SafetyResumed,
    StageChanged,
)
from trimtab.domain.event_types import MarketEvent, PerformanceDegradation
from trimtab.domain.units import AdaptationId, Micros

Answered = tuple["AdaptationEngine", list[Decision]]


class AdaptationEngine(Adapted, frozen=True):
    """What a bot does about its market, and what an operator does about the bot."""

    @staticmethod
    def of(
        bot: str, configuration: Configuration, stage: Stage, *, supervised: bool = False
    ) -> AdaptationEngine:
        """`supervised`: stages are climbed, because something is at stake."""
        wait = max((topic.horizon for topic in configuration.topics), default=Micros(0))
        safety = SafetyMonitor(stage, wait, limits=configuration.limits)
        rollout = Rollout(supervised)
        return AdaptationEngine(bot, configuration, configuration, safety, rollout=rollout)

    def listens_to(self, event: MarketEvent) -> bool:
        """Whether any rule answers such an event."""
        return listens_to(event, self.written.adapting.without)

    def on_event(
        self, event: MarketEvent, situation: Situation, seen: Sequence[Measured]
    ) -> Answered:
        """What the event leads to. `seen`: what the open contracts' trials have measured."""
        if isinstance(event, PerformanceDegradation):
            return self._degraded(event, seen)
        name = AdaptationId(event_id(f"{self.bot}/adaptation", event.at, self.proposals))
        try:
            answer = take_step(PROPOSE, self.fault, lambda: ask_rule(self, event, situation, name))
        except FailedStepError as failure:
            return failed(replace(self, proposals=self.proposals + 1), event.at, name, failure)
        heard, ended = lapsed(
            replace(self, held=alarmed(self.held, event, self.written)), event, seen
        )
        if answer is None:
            return heard, ended
        if isinstance(answer, AdaptationRefused):
            return heard, [*ended, replace(answer, context=situation.context)]
        expected = self.learner.calibrated(answer.rule, answer.expected)
        proposal = replace(answer, expected=expected)
        counted = replace(heard, proposals=self.proposals + 1)
        engine, facts = counted._decide(proposal, situation, _of_staying(self, heard, seen))
        return engine, [*ended, proposal, *facts]

    def readmitted(
        self, pairs: Sequence[Pair], situation: Situation, seen: Sequence[Measured]
    ) -> Answered:
        """Pairs back in the mix; where that may not be, each of their forecasts says that it is not."""
        name = AdaptationId(event_id(f"{self.bot}/adaptation", situation.at, self.proposals))
        proposal = readmit_pairs(self.configuration, pairs, situation, name)
        decided = self.safety.is_safe_to_adapt(proposal, self.in_force)
        if isinstance(decided, AdaptationRefused):
            return self, []
        counted = replace(self, proposals=self.proposals + 1)
        engine, facts = apply_whole(counted, decided, seen, situation)
        return engine, [proposal, *facts]

    def _decide(
        self, proposal: AdaptationProposed, situation: Situation, seen: Sequence[Measured]
    ) -> Answered:
        """The change in force, or why it is not."""
        decided = self.safety.is_safe_to_adapt(proposal, self.in_force)
        if isinstance(decided, Approved):
            because = self._doubt(proposal, situation)
            if because is None:
                return apply_whole(self, decided, seen, situation)
            decided = AdaptationRefused(
                proposal.at, proposal.rule, proposal.trigger, because, proposal.adaptation
            )
        told = replace(decided, context=situation.context)
        engine, refused = shadowed(self, proposal, told)
        return engine, [refused]

    def _doubt(self, proposal: AdaptationProposed, situation: Situation) -> str | None:
        """What speaks against a change that is safe; giving back is never doubted."""
        if proposal.restores or self.safety.overrides.forces(proposal):
            return None
        return (
            too_soon(self, proposal, situation.interval)
            or self.learner.doubt(proposal.rule, situation.context)
            or shortfall(proposal, self.configuration, situation)
        )

    def _degraded(self, event: PerformanceDegradation, seen: Sequence[Measured]) -> Answered:
        """Pauses at the drawdown limit, and takes back what is behind; below it only the latter."""
        hard = is_hard(event, self.configuration)
        behind = strategy_rollback(self.contracts, seen, hard=hard)
        if not hard:
            if not behind:
                nothing = "no open change is behind: there is nothing to take back"
                rule, trigger = degrading.NAME, degrading.TRIGGER
                return self, [AdaptationRefused(event.at, rule, trigger, nothing)]
            return judging.degraded(self, event.at, behind)
        limit = f"equity fell {event.drawdown:.1%} from its peak, the limit is {event.limit:.0%}"
        paused, pause = self.pause(event.at, "safety_monitor", limit)
        engine, facts = judging.degraded(paused, event.at, behind)
        lowered, more = engine.after_loss(event.at, "the drawdown limit was reached")
        return lowered, [*pause, *facts, *more]

    def after_loss(self, at: Micros, because: str) -> Answered:
        """A limit of losses was passed: one stage down, where something is at stake."""
        return self._lowered(at, self.rollout.below(self.safety.stage, because))

    def judged(self, at: Micros, seen: Sequence[Measured]) -> Answered:
        """The verdicts that are due, and the rollbacks that follow."""
        engine, facts = judging.judged(self, at, seen)
        lowered, more = engine._lowered(at, engine.rollout.demoted(engine.safety.stage))
        return lowered, [*facts, *more]

    def _lowered(self, at: Micros, lower: tuple[Stage, str] | None) -> Answered:
        return (self, []) if lower is None else self._on_stage(at, *lower)

    def rolled_back(self, at: Micros, adaptation: AdaptationId, because: str) -> Answered:
        """An operator takes an open contract back."""
        for contract in self.in_force:
            if contract.adaptation == adaptation:
                ended = judging.without(self, contract)
                return judging.taken_back(ended, at, contract, because)
        refused = f"{adaptation} is not an open adaptation: nothing to take back"
        return self, [AdaptationRefused(at, "operator", "roll_back", refused, adaptation)]

    def pause(self, at: Micros, by: str, because: str) -> Answered:
        """No entries and no adaptations from now on. Pausing always beats adapting."""
        safety = replace(self.safety, paused_because=because)
        return replace(self, safety=safety), [SafetyPaused(at, by, because)]

    def resume(self, at: Micros, by: str, because: str) -> Answered:
        safety = replace(self.safety, paused_because=None)
        return replace(self, safety=safety), [SafetyResumed(at, by, because)]

    def staged(self, at: Micros, stage: Stage, because: str, *, force: bool = False) -> Answered:
        """A person sets the stage; up only where the ladder's gate is met, or by force."""
        safety = self.safety
        gate = self.rollout.gate(safety.stage, stage, self.held, safety.paused_because)
        if gate is None or force:
            forced = f"{because} (forced: {gate})" if gate else because
            return self._on_stage(at, stage, forced)
        return self, [AdaptationRefused(at, "operator", "set_stage", gate)]

    def _on_stage(self, at: Micros, stage: Stage, because: str) -> Answered:
        fact = StageChanged(at, self.safety.stage, stage, because)
        safety, rollout = replace(self.safety, stage=stage), self.rollout.afresh()
        return replace(self, safety=safety, rollout=rollout), [fact]

    def changed(
        self, at: Micros, change: Change, because: str, seen: Sequence[Measured]
    ) -> Answered:
        """An operator's change: in force at once, without a contract; what was written moves too."""
        scope = scope_of(self.configuration, change)
        ends = "an operator changes its coins"
        engine, facts = judging.superseded(self, at, scope, seen, ends)
        before, after = self.configuration, applied(self.configuration, change)
        moved = replace(engine, configuration=after, written=applied(self.written, change))
        return moved, [*facts, *consequences(at, None, before, after, because)]

    def rewritten(
        self, at: Micros, configuration: Configuration, seen: Sequence[Measured]
    ) -> Answered:
        """Another configuration was written: it is in force at once, and every contract ends."""
        because = "another configuration was written"
        engine, facts = judging.closed(self, at, [True] * len(self.contracts), seen, because)
        moved = replace(engine, configuration=configuration, written=configuration, held=Held())
        return moved, [*facts, *consequences(at, None, self.configuration, configuration, because)]


def _of_staying(
    before: AdaptationEngine, after: AdaptationEngine, seen: Sequence[Measured]
) -> list[Measured]:
    """What is measured of the contracts that are still open."""
    pairs = zip(before.contracts, seen, strict=True)
    return [measured for contract, measured in pairs if contract in after.contracts]
