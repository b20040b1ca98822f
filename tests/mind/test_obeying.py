"""Every command is answered with a fact: what it did, or why it did nothing."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.builders.operator import ACTOR, ORDERS, inject
from tests.builders.running import of_kind, reacted
from tests.mind.given import BTC, COINS, ETH, FIRST_BARS, SOL, TOPIC, WRITTEN, awake, hour
from trimtab.domain import commands
from trimtab.domain.commands import AddCrypto, Command, RemoveCrypto, Resume, SetStage, StopTrading
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRefused,
    CryptoMixChanged,
    CryptoStateChanged,
    SafetyPaused,
    SafetyResumed,
    StageChanged,
)
from trimtab.domain.event_types import MarketRegimeChange, VolatilitySpike
from trimtab.domain.facts import Outside
from trimtab.domain.observations import CoinListed, FeedLost, FeedRestored
from trimtab.domain.units import Coin, Micros, TopicName

NOW = hour(FIRST_BARS)
FEEDS = (FeedLost, FeedRestored, CoinListed)
EVERY = [order for make in ORDERS if not isinstance(order := make(NOW), FEEDS)]
DOGE = Coin("DOGE")


def refusal(command: Command) -> str:
    """The one fact that the command leads to is a refusal; its reason."""
    before = awake()
    after, (fact,) = reacted(before, command)
    assert isinstance(fact, AdaptationRefused)
    assert (fact.at, fact.rule) == (NOW, "operator")
    assert after.adaptation == before.adaptation
    return fact.because


def test_the_examples_are_all_the_commands_there_are() -> None:
    assert {type(command) for command in EVERY} == set(get_args(commands.Command))


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_every_command_is_answered(command: Outside) -> None:
    _, facts = reacted(awake(), command)
    assert facts
    assert all(fact.at == NOW for fact in facts)


def test_a_stop_is_told_like_a_pause_and_a_resume_ends_both() -> None:
    mind, facts = reacted(awake(), StopTrading(NOW, ACTOR, "enough"))
    assert facts == [SafetyPaused(NOW, ACTOR, "enough")]
    assert mind.reduces_only
    mind, facts = reacted(mind, Resume(NOW, ACTOR, "more"))
    assert facts == [SafetyResumed(NOW, ACTOR, "more")]
    assert not mind.reduces_only


def test_the_stage_is_set() -> None:
    mind, facts = reacted(awake(), SetStage(NOW, ACTOR, "careful", "shadow"))
    assert facts == [StageChanged(NOW, "full", "shadow", "careful")]
    assert mind.adaptation.safety.stage == "shadow"


def test_a_coin_is_removed_from_every_topic_and_can_be_added_again() -> None:
    mind, facts = reacted(awake(), RemoveCrypto(NOW, ACTOR, "delisted", SOL))
    assert facts == [
        CryptoStateChanged(NOW, SOL, "trading", "closing", "delisted"),
        CryptoMixChanged(NOW, None, TOPIC, (), (SOL,), "delisted"),
        CryptoStateChanged(NOW, SOL, "closing", "gone", "nothing is held and no order works"),
    ]
    assert mind.adaptation.written.mix == {TOPIC: (BTC, ETH)}
    mind, facts = reacted(mind, AddCrypto(NOW, ACTOR, "listed", SOL, (TOPIC,)))
    assert facts == [
        CryptoStateChanged(NOW, SOL, "gone", "trading", "listed"),
        CryptoMixChanged(NOW, None, TOPIC, (SOL,), (), "listed"),
    ]
    assert mind.adaptation.configuration == WRITTEN


@pytest.mark.parametrize(
    ("command", "because"),
    [
        (
            AddCrypto(NOW, ACTOR, "why not", DOGE, ()),
            "DOGE: without a topic nothing would be traded: name one of quick-2h",
        ),
        (
            AddCrypto(NOW, ACTOR, "why not", Coin("do ge"), (TOPIC,)),
            "coin 'do ge' is no name of a market: write it as BTC",
        ),
        (
            RemoveCrypto(NOW, ACTOR, "why not", DOGE),
            "coin 'DOGE' has no feed; known are BTC, ETH, SOL",
        ),
        (
            AddCrypto(NOW, ACTOR, "why not", SOL, (TopicName("oracle"),)),
            "topic 'oracle' has no feed; known are quick-2h",
        ),
        (
            AddCrypto(NOW, ACTOR, "why not", SOL, (TOPIC,)),
            "SOL: the mix is so already, nothing to change",
        ),
        (
            RemoveCrypto(NOW, ACTOR, "why not", SOL, "reduce_only"),
            "reduce_only needs until: the moment at which what is left is closed",
        ),
        (
            RemoveCrypto(NOW, ACTOR, "why not", SOL, "reduce_only", NOW),
            "until is not after now: give a moment that is still to come, or close now",
        ),
        (
            inject(NOW, "volatility_spike", DOGE, 2.0),
            "coin 'DOGE' has no feed; known are BTC, ETH, SOL",
        ),
        (
            inject(NOW, "flood"),
            (
                "event 'flood' cannot be simulated; use one of volatility_spike, "
                "volatility_spike_over, volume_anomaly, volume_anomaly_over, "
                "correlation_breakdown, correlation_breakdown_over, "
                "allora_accuracy_drop, allora_accuracy_drop_over, performance_degradation, "
                "bull, bear, sideways, volatile, uncertain, unknown, fault_in_propose, "
                "fault_in_make, fault_in_check, fault_in_undo"
            ),
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_mend(command: Command, because: str) -> None:
    assert refusal(command) == because


def test_an_unknown_topic_comes_with_the_known_ones_and_a_coin_that_left_is_no_news() -> None:
    mind, _ = reacted(awake(), RemoveCrypto(NOW, ACTOR, "delisted", SOL))
    _, facts = reacted(mind, RemoveCrypto(NOW, ACTOR, "again", SOL))
    assert of_kind(facts, AdaptationRefused)[0].because == (
        "SOL: the mix is so already, nothing to change"
    )


def test_a_simulated_event_is_told_marked_and_answered() -> None:
    _, facts = reacted(awake(), inject(NOW, "volatility_spike", SOL, 2.0))
    event = facts[0]
    assert event == VolatilitySpike(NOW, SOL, 2.0, False, 1.0, {"simulated": 1.0})  # noqa: FBT003
    assert of_kind(facts, AdaptationApplied)[0].scope == (SOL,)


def test_a_simulated_regime_is_one_of_the_whole_market() -> None:
    _, facts = reacted(awake(), inject(NOW, "bear"))
    (event,) = of_kind(facts, MarketRegimeChange)
    assert (event.coin, event.before, event.after) == ("*", "unknown", "bear")


@pytest.mark.parametrize("event", ["volatility_spike", "bear", "flood"])
def test_in_live_trading_nothing_is_simulated(event: str) -> None:
    _, facts = reacted(awake(mode="live"), inject(NOW, event, COINS[0], 2.0))
    assert [type(fact) for fact in facts] == [AdaptationRefused]
    assert of_kind(facts, AdaptationRefused)[0].because == (
        "simulated events are refused in live trading"
    )


def test_an_order_between_two_bars_counts_at_its_own_moment() -> None:
    half_past = Micros(NOW + 30 * 60_000_000)
    mind, _ = reacted(awake(), SetStage(half_past, ACTOR, "careful", "shadow"))
    assert (mind.instant, mind.ordinal) == (half_past, 1)
    mind, _ = reacted(mind, SetStage(half_past, ACTOR, "bold", "full"))
    assert (mind.instant, mind.ordinal) == (half_past, 2)
