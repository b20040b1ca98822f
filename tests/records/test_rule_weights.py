"""The read model learns what the bot learns, and says it as a list."""

from __future__ import annotations

from msgspec import json
from msgspec.structs import replace

from tests.builders.market import LIVELY, started, world
from tests.builders.operator import inject
from tests.builders.running import run
from trimtab.domain.configuration import Adapting
from trimtab.domain.facts import Outside
from trimtab.domain.units import HOUR, Coin, Micros
from trimtab.records.journal_row import stored_of
from trimtab.records.rule_weights import Rules, RuleWeights
from trimtab.records.upcasting import facts_of
from trimtab.trading.records import ACTUAL

HOURS_OF_ALARM = 6


def learnt(until: Micros | None) -> tuple[RuleWeights, dict[str, int]]:
    """After alarms that begin and end; and what the bot itself has learnt."""
    lively = world(1)
    facts: list[Outside] = []
    for number, fact in enumerate(lively.facts()):
        facts.append(fact)
        if number % (2 * HOURS_OF_ALARM) == 0:
            facts.append(inject(fact.at, "volatility_spike", Coin("BTC"), 2.5))
        elif number % (2 * HOURS_OF_ALARM) == HOURS_OF_ALARM:
            facts.append(inject(fact.at, "volatility_spike_over", Coin("BTC")))
    written = replace(
        LIVELY,
        adapting=Adapting(learn_until=until),
        risk=replace(LIVELY.risk, maximum_drawdown=None),
    )
    done = run(started(lively.opened, written), facts)
    assert done.mind.books.records[ACTUAL]["trades"] > 0
    model = RuleWeights()
    for seq, told in facts_of(map(stored_of, done.rows)):
        model = model.see(seq, told).see(seq, told)  # twice is once
    experts = done.mind.adaptation.learner.experts
    assert model.learner == done.mind.adaptation.learner
    return model, {name: one.judged for name, one in experts.items()}


def test_it_has_learnt_what_the_bot_has() -> None:
    model, judged = learnt(None)
    told = model.told()
    assert {f"{one.rule}/{one.context}": one.judged for one in told.rules} == judged
    assert any(one.rule == "tighten_risk" for one in told.rules)
    weights = [one.weight for one in told.rules]
    assert weights == sorted(weights, reverse=True)
    assert all(one.followed == (one.weight > 0.5) for one in told.rules)
    assert json.decode(json.encode(told), type=Rules) == told


def test_where_learning_ends_it_ends_here_too() -> None:
    opened = world(1).opened
    _, all_of_it = learnt(None)
    _, less = learnt(Micros(opened + 200 * HOUR))
    assert 0 < sum(less.values()) < sum(all_of_it.values())
