"""A person's word stands until its time, costs what it costs, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import started, world
from tests.builders.operator import ACTOR, DOGE, inject
from tests.builders.running import of_kind, reacted
from tests.mind.given import BTC, COINS, ETH, FIRST_BARS, SOL, TOPIC, awake, bar, forecast, hour
from trimtab.domain.commands import (
    AddCrypto,
    Command,
    EndOverride,
    Override,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    SetStage,
)
from trimtab.domain.configuration import RiskLimits
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRefused,
    ForecastsWeighed,
    OrderIntended,
    OverrideBegan,
    OverrideEnded,
)
from trimtab.domain.facts import Outside
from trimtab.domain.market_context import PHASES, Phase
from trimtab.domain.observations import PredictionsIssued, TimePassed
from trimtab.domain.units import HOUR, Leverage, Micros, OverrideId
from trimtab.mind.in_force import configurations
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode
from trimtab.trading.records import ACTUAL, TWIN

NOW = hour(FIRST_BARS)
UNTIL = hour(FIRST_BARS + 4)
SMALL = OverrideRisk(NOW, ACTOR, "fear", RiskLimits(Leverage(1.0)), UNTIL)
BEARISH = OverrideContext(NOW, ACTOR, "a feeling", "bear", UNTIL)
BAN = OverrideCrypto(NOW, ACTOR, "rumours", SOL, "ban", UNTIL)
PIN = OverrideCrypto(NOW, ACTOR, "a favourite", SOL, "pin", UNTIL)
FORBID = OverrideAdaptation(NOW, ACTOR, "no panic", "forbid", UNTIL, "tighten_risk")
FORCE = replace(FORBID, how="force")


def because(mind: Mind, command: Command) -> str:
    after, (fact,) = reacted(mind, command)
    assert isinstance(fact, AdaptationRefused)
    assert encode(after.books) == encode(mind.books)
    assert after.safety.overrides == mind.safety.overrides
    return fact.because


def entries(facts: Sequence[object]) -> dict[str, float]:
    """Sizes of the entries, by coin."""
    orders = of_kind(facts, OrderIntended)
    return {one.coin: float(one.size) for one in orders if one.purpose == "entry"}


@pytest.mark.parametrize("command", [SMALL, BEARISH, BAN, PIN, FORBID, FORCE])
def test_it_is_told_when_it_begins_and_when_its_time_is_over(command: Override) -> None:
    before = awake()
    mind, facts = reacted(before, command)
    (began,) = of_kind(facts, OverrideBegan)
    assert (began.what, began.at) == (command, NOW)
    mind, facts = reacted(mind, *(bar(count) for count in range(FIRST_BARS + 1, FIRST_BARS + 6)))
    (ended,) = of_kind(facts, OverrideEnded)
    assert (ended.override, ended.at) == (began.override, UNTIL)
    assert configurations(mind) == configurations(before)
    assert (mind.safety.overrides.standing, mind.ghosts) == ((), ())


def test_it_ends_also_where_no_bars_come() -> None:
    mind, facts = reacted(awake(), SMALL, TimePassed(Micros(UNTIL - 1)))
    assert not of_kind(facts, OverrideEnded)
    _, facts = reacted(mind, TimePassed(UNTIL))
    assert of_kind(facts, OverrideEnded)


def test_the_operators_limits_are_traded_and_the_book_without_them_says_what_they_cost() -> None:
    mind, _ = reacted(awake(), SMALL)
    mind, facts = reacted(mind, forecast(FIRST_BARS))
    assert entries(facts)["BTC"] == 10.0  # 1,000 USD of a 3,000 USD book at 100, unlevered
    mind, facts = reacted(
        mind, bar(FIRST_BARS + 1), *(bar(count, 110.0, 55.0, 11.0) for count in range(7, 10))
    )
    (ended,) = of_kind(facts, OverrideEnded)
    assert ended.gain is not None
    assert ended.gain < -900.0  # half of twice 10 %
    assert ended.bars == 4


def test_a_ban_keeps_a_coin_out_and_a_pin_keeps_it_in() -> None:
    mind, facts = reacted(awake(), BAN, forecast(FIRST_BARS))
    assert set(entries(facts)) == {"BTC", "ETH"}
    assert mind.books.positions[TWIN, 2]["entry_lots"] > 0
    without = RemoveCrypto(NOW, ACTOR, "off", SOL)
    assert because(reacted(awake(), PIN)[0], without) == (
        "SOL is pinned by ada (a favourite): end that override first"
    )


def test_a_pinned_coin_is_traded_though_an_adaptation_took_it_out() -> None:
    mind, _ = reacted(awake(), PIN)
    engine = mind.adaptation
    thin = replace(engine.configuration, mix={TOPIC: (BTC,)})
    mind = replace(mind, adaptation=replace(engine, configuration=thin))
    assert configurations(mind)[ACTUAL].mix == {TOPIC: (BTC, SOL)}


def test_forecasts_are_weighed_in_the_phase_that_the_operator_sees() -> None:
    chosen = world(5)
    facts = chosen.facts()
    issued = of_kind(facts, PredictionsIssued)[-1]
    mind, _ = reacted(Mind.of(started(chosen.opened)), *facts[: facts.index(issued)])
    other: Phase = "bear" if mind.context.market_phase != PHASES.index("bear") else "bull"
    word = OverrideContext(mind.books.closed, ACTOR, "x", other, Micros(issued.at + HOUR))
    plain, as_it_is = reacted(mind, issued)
    swayed, overridden = reacted(mind, word, issued)
    assert of_kind(overridden, ForecastsWeighed) != of_kind(as_it_is, ForecastsWeighed)
    assert encode(swayed.accuracy) == encode(plain.accuracy)  # what is learnt is of the real phase


def test_a_forbidden_rule_is_refused_by_name() -> None:
    _, facts = reacted(awake(), FORBID, inject(NOW, "volatility_spike", SOL, 2.0))
    (refused,) = of_kind(facts, AdaptationRefused)
    assert refused.because == "forbidden by ada: no panic"


def test_a_forced_rule_passes_over_the_stage_but_never_over_a_pause() -> None:
    shadow = SetStage(NOW, ACTOR, "careful", "shadow")
    spike = inject(NOW, "volatility_spike", SOL, 2.0)
    _, facts = reacted(awake(), shadow, spike)
    assert not of_kind(facts, AdaptationApplied)
    _, facts = reacted(awake(), shadow, FORCE, spike)
    assert of_kind(facts, AdaptationApplied)
    _, facts = reacted(awake(), shadow, FORCE, Pause(NOW, ACTOR, "lunch"), spike)
    assert not of_kind(facts, AdaptationApplied)


def test_an_override_can_be_ended_before_its_time() -> None:
    mind, facts = reacted(awake(), SMALL)
    (began,) = of_kind(facts, OverrideBegan)
    mind, facts = reacted(mind, EndOverride(NOW, ACTOR, "no fear", began.override))
    (ended,) = of_kind(facts, OverrideEnded)
    assert (ended.because, ended.gain, ended.bars) == ("no fear", 0.0, 0)
    assert because(mind, EndOverride(NOW, ACTOR, "again", began.override)).endswith(
        "does not stand: nothing to end"
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (replace(SMALL, until=NOW), "until is not after now: give a moment that is still to come"),
        (
            replace(SMALL, risk=RiskLimits(Leverage(0.0))),
            "leverage 0x is out of range: give a number above 0, up to 50",
        ),
        (
            replace(SMALL, risk=RiskLimits(maximum_drawdown=1.5)),
            "maximum_drawdown 1.5 is out of range: give a number above 0, up to 1",
        ),
        (
            replace(SMALL, risk=RiskLimits(coin_leverage={DOGE: Leverage(1.0)})),
            "coin 'DOGE' has no feed; known are BTC, ETH, SOL",
        ),
        (
            replace(BEARISH, phase="unknown"),
            "phase 'unknown' says nothing: say bull, bear, sideways or volatile",
        ),
        (replace(BAN, coin=DOGE), "coin 'DOGE' has no feed; known are BTC, ETH, SOL"),
        (replace(FORBID, coin=DOGE), "coin 'DOGE' has no feed; known are BTC, ETH, SOL"),
        (
            replace(FORBID, rule="panic"),
            (
                "rule 'panic' is none; known are adapt_crypto_mix, diversify_positions, "
                "pause_topic, tighten_risk, widen_slippage_guard"
            ),
        ),
        (
            EndOverride(NOW, ACTOR, "x", OverrideId("none")),
            "override 'none' does not stand: nothing to end",
        ),
    ],
)
def test_what_cannot_stand_is_refused_with_the_mend(command: Command, words: str) -> None:
    assert because(awake(), command) == words


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (PIN, BAN, "SOL is pinned"),
        (BAN, PIN, "SOL is banned"),
        (FORBID, FORCE, "tighten_risk is forbidden"),
        (FORCE, replace(FORBID, rule="", coin=SOL), "tighten_risk is forced"),
        (SMALL, SMALL, "leverage 1x"),
        (BEARISH, replace(BEARISH, phase="bull"), "the phase is taken for bear"),
    ],
)
def test_contradictory_overrides_are_refused(first: Override, second: Override, words: str) -> None:
    mind, _ = reacted(awake(), first)
    assert because(mind, second) == (
        f"it contradicts another one ({words}, by ada): end that first"
    )


def test_what_speaks_of_other_things_stands_side_by_side() -> None:
    other = replace(BAN, coin=ETH)
    mind, facts = reacted(awake(), PIN, other, SMALL, BEARISH, FORBID)
    assert len(of_kind(facts, OverrideBegan)) == 5
    assert len(mind.ghosts) == 4


def test_a_banned_coin_is_not_added_and_a_coin_that_left_is_not_pinned() -> None:
    mind, _ = reacted(awake(), BAN, RemoveCrypto(NOW, ACTOR, "off", SOL))
    assert because(mind, AddCrypto(NOW, ACTOR, "on", SOL, (TOPIC,))) == (
        "SOL is banned by ada (rumours): end that override first"
    )
    mind, _ = reacted(awake(), RemoveCrypto(NOW, ACTOR, "off", SOL))
    assert because(mind, PIN) == "SOL is gone: add it first, then pin it"


@settings(max_examples=5, deadline=None)
@given(some.integers(0, 2**32 - 1), some.integers(0, 10_000))
def test_overrides_survive_a_snapshot_and_leave_the_twin_alone(seed: int, place: int) -> None:
    chosen = world(seed)
    facts = chosen.facts()
    cut = place % len(facts)
    at = Micros(max(facts[cut].at, chosen.opened))
    words: list[Outside] = [
        OverrideRisk(at, ACTOR, "x", RiskLimits(Leverage(0.5)), Micros(at + 60 * HOUR)),
        OverrideCrypto(at, ACTOR, "x", COINS[0], "ban", Micros(at + 90 * HOUR)),
        OverrideContext(at, ACTOR, "x", "bull", Micros(at + 30 * HOUR)),
    ]
    mind, _ = reacted(Mind.of(started(chosen.opened)), *facts[: cut + 1])
    alone, _ = reacted(mind, *facts[cut + 1 :])
    swayed, _ = reacted(mind, *words)
    after, told = reacted(swayed, *facts[cut + 1 :])
    kept, told_kept = reacted(decode(encode(swayed), Mind), *facts[cut + 1 :])
    assert encode(kept) == encode(after)
    assert told_kept == told
    assert after.books.records[TWIN] == alone.books.records[TWIN]
    assert after.books.positions[TWIN].tobytes() == alone.books.positions[TWIN].tobytes()
