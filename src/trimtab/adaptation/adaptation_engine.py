"""AdaptationEngine: from a market event to a changed configuration, and back.

event -> rule -> proposal -> safety -> contract -> judgement -> kept or rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adaptation.changes import applied, inverse, scope_of
from trimtab.adaptation.consequences import consequences
from trimtab.adaptation.contracts import MOST_OPEN, Contract
from trimtab.adaptation.judge import Measured, judge, takes_back, verdict
from trimtab.adaptation.rules.adapt_crypto_mix import adapt_crypto_mix
from trimtab.adaptation.rules.tighten_risk import tighten_risk
from trimtab.adaptation.safety_monitor import Approved, SafetyMonitor
from trimtab.adaptation.situation import Situation
from trimtab.domain.canonical import event_id, hash_of
from trimtab.domain.configuration import Change, Configuration, Stage
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    AdaptationRefused,
    AdaptationRolledBack,
    Decision,
    SafetyPaused,
    SafetyResumed,
    StageChanged,
    Verdict,
)
from trimtab.domain.event_types import (
    MarketEvent,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
)
from trimtab.domain.units import MARKET, NEVER, AdaptationId, Coin, Micros

FIRST_COUNTERFACTUAL = 2
"""Books 0 and 1 are the actual one and the static twin."""


class AdaptationEngine(Struct, frozen=True):
    """The configuration in force and everything that may change it."""

    bot: str
    configuration: Configuration
    written: Configuration
    safety: SafetyMonitor
    contracts: tuple[Contract, ...] = ()
    """In the order of their counterfactual books."""
    proposals: int = 0

    @staticmethod
    def of(bot: str, configuration: Configuration, stage: Stage) -> AdaptationEngine:
        wait = max((topic.horizon for topic in configuration.topics), default=Micros(0))
        return AdaptationEngine(bot, configuration, configuration, SafetyMonitor(stage, wait))

    @property
    def next_deadline(self) -> Micros:
        """When the next contract has to be judged at the latest."""
        return min((one.expected.deadline for one in self.contracts), default=NEVER)

    @property
    def paused(self) -> bool:
        return self.safety.paused_because is not None

    def counterfactuals(self) -> list[Configuration]:
        """What each counterfactual book trades: the configuration in force, one change undone."""
        return [one.undone(self.configuration, self.written.mix) for one in self.contracts]

    @staticmethod
    def listens_to(event: MarketEvent) -> bool:
        """Whether any rule answers such an event: a coin's own phase is context, no trigger."""
        if isinstance(event, MarketRegimeChange):
            return event.coin == MARKET
        return isinstance(event, VolatilitySpike | PerformanceDegradation)

    def on_event(
        self, event: MarketEvent, situation: Situation, seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """What the event leads to. `seen`: what the open contracts' trials have measured."""
        if isinstance(event, PerformanceDegradation):
            limit = (
                f"equity fell {event.drawdown:.1%} from its peak, the limit is {event.limit:.0%}"
            )
            return self.pause(event.at, "safety_monitor", limit)
        answer = self._ask_rule(event, situation)
        if answer is None:
            return self, []
        if isinstance(answer, AdaptationRefused):
            return self, [answer]
        asked = replace(self, proposals=self.proposals + 1)
        decided = asked.safety.is_safe_to_adapt(answer, asked.contracts)
        if isinstance(decided, AdaptationRefused):
            return asked, [answer, decided]
        engine, facts = asked._apply(decided, seen)
        return engine, [answer, *facts]

    def _ask_rule(
        self, event: MarketEvent, situation: Situation
    ) -> AdaptationProposed | AdaptationRefused | None:
        adaptation = AdaptationId(event_id(f"{self.bot}/adaptation", event.at, self.proposals))
        match event:
            case VolatilitySpike():
                return tighten_risk(self.configuration, event, situation, adaptation)
            case MarketRegimeChange():
                return adapt_crypto_mix(self.configuration, event, situation, adaptation)
            case _:
                return None

    def _apply(
        self, approved: Approved, seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        proposal = approved.proposal
        engine, facts = self._supersede(proposal.at, proposal.scope, seen)
        before = engine.configuration
        after = applied(before, proposal.change)
        contract = Contract.of(proposal, inverse(before, proposal.change))
        room = len(engine.contracts) < MOST_OPEN and not proposal.restores
        opened = (*engine.contracts, contract) if room else engine.contracts
        changed = {**engine.safety.changed, **dict.fromkeys(proposal.scope, proposal.at)}
        safety = replace(engine.safety, changed=changed)
        fact = AdaptationApplied(
            at=proposal.at,
            adaptation=proposal.adaptation,
            rule=proposal.rule,
            trigger=proposal.trigger,
            change=proposal.change,
            inverse=contract.inverse,
            scope=proposal.scope,
            because=proposal.because,
            confidence=proposal.confidence,
            expected=proposal.expected,
            evidence=proposal.evidence,
            stage=safety.stage,
            before=before,
            after=after,
            before_hash=hash_of(before),
            after_hash=hash_of(after),
            counterfactual=FIRST_COUNTERFACTUAL + len(opened) - 1 if room else None,
        )
        changes = consequences(proposal.at, proposal.adaptation, before, after, proposal.because)
        moved = replace(engine, configuration=after, contracts=opened, safety=safety)
        return moved, [*facts, fact, *changes]

    def _supersede(
        self, at: Micros, scope: tuple[Coin, ...], seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """Closes the contracts whose coins the new change touches."""
        facts: list[Decision] = [
            verdict(at, one, measured, "superseded", "another change touches its coins")
            for one, measured in zip(self.contracts, seen, strict=True)
            if one.touches(scope)
        ]
        staying = tuple(one for one in self.contracts if not one.touches(scope))
        return replace(self, contracts=staying), facts

    def judged(
        self, at: Micros, seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """The verdicts that are due, and the rollbacks that follow."""
        engine, facts = self, list[Decision]()
        for contract, measured in zip(self.contracts, seen, strict=True):
            judgement = judge(at, contract, measured)
            if judgement is not None:
                engine, more = engine._end(contract, judgement)
                facts += [judgement, *more]
        return engine, facts

    def _end(
        self, contract: Contract, judgement: AdaptationJudged
    ) -> tuple[AdaptationEngine, list[Decision]]:
        staying = tuple(one for one in self.contracts if one is not contract)
        ended = replace(self, contracts=staying)
        if not takes_back(contract, judgement):
            return ended, []
        return ended._roll_back(judgement.at, contract, judgement.because, judgement.verdict)

    def _roll_back(
        self, at: Micros, contract: Contract, because: str, ended_as: Verdict = "rolled_back"
    ) -> tuple[AdaptationEngine, list[Decision]]:
        before = self.configuration
        after = contract.undone(before, self.written.mix)
        fact = AdaptationRolledBack(
            at, contract.adaptation, because, after, hash_of(after), ended_as
        )
        changes = consequences(at, contract.adaptation, before, after, f"rolled back: {because}")
        return replace(self, configuration=after), [fact, *changes]

    def rolled_back(
        self, at: Micros, adaptation: AdaptationId, because: str
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """An operator takes an open contract back."""
        for contract in self.contracts:
            if contract.adaptation == adaptation:
                staying = tuple(one for one in self.contracts if one is not contract)
                return replace(self, contracts=staying)._roll_back(at, contract, because)
        refused = f"{adaptation} is not an open adaptation: nothing to take back"
        return self, [AdaptationRefused(at, "operator", "roll_back", refused, adaptation)]

    def pause(self, at: Micros, by: str, because: str) -> tuple[AdaptationEngine, list[Decision]]:
        """No entries and no adaptations from now on. Pausing always beats adapting."""
        safety = replace(self.safety, paused_because=because)
        return replace(self, safety=safety), [SafetyPaused(at, by, because)]

    def resume(self, at: Micros, by: str, because: str) -> tuple[AdaptationEngine, list[Decision]]:
        safety = replace(self.safety, paused_because=None)
        return replace(self, safety=safety), [SafetyResumed(at, by, because)]

    def staged(
        self, at: Micros, stage: Stage, because: str
    ) -> tuple[AdaptationEngine, list[Decision]]:
        fact = StageChanged(at, self.safety.stage, stage, because)
        return replace(self, safety=replace(self.safety, stage=stage)), [fact]

    def changed(
        self, at: Micros, change: Change, because: str, seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """An operator's change: in force at once, without a contract; what was written moves too."""
        engine, facts = self._supersede(at, scope_of(self.configuration, change), seen)
        before, after = self.configuration, applied(self.configuration, change)
        moved = replace(engine, configuration=after, written=applied(self.written, change))
        return moved, [*facts, *consequences(at, None, before, after, because)]

    def rewritten(
        self, at: Micros, configuration: Configuration, seen: Sequence[Measured]
    ) -> tuple[AdaptationEngine, list[Decision]]:
        """Another configuration was written: it is in force at once, and every contract ends."""
        because = "another configuration was written"
        facts: list[Decision] = [
            verdict(at, one, measured, "superseded", because)
            for one, measured in zip(self.contracts, seen, strict=True)
        ]
        moved = replace(self, configuration=configuration, written=configuration, contracts=())
        return moved, [*facts, *consequences(at, None, self.configuration, configuration, because)]
