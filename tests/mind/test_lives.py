"""Coins join a running bot and leave it; nobody else's state or decision is touched by it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tests.builders.market import LIVELY, World, started, world
from tests.builders.operator import ACTOR, DOGE, TREND, inject, listed
from tests.builders.running import of_kind, reacted, run
from tests.mind.given import COINS, ETH, FIRST_BARS, SOL, TOPIC, awake, bar, forecast, hour
from trimtab.domain.canonical import encode as written
from trimtab.domain.commands import AddCrypto, RemoveCrypto, StopTrading
from trimtab.domain.configuration import Instrument
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationRefused,
    CommandAnswered,
    CryptoMixChanged,
    CryptoStateChanged,
    OrderIntended,
)
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import BarsClosed, CoinUnavailable, OrderFilled, TimePassed
from trimtab.domain.units import HOUR, Coin, CommandId, Micros
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode
from trimtab.runtime.replay import replayed
from trimtab.trading.records import ACTUAL, TWIN

NOW = hour(FIRST_BARS)
ASKED = CommandId("asked")
ADD = AddCrypto(NOW, ACTOR, "new", DOGE, (TOPIC,), ASKED)


def lives(facts: list[Derived], coin: Coin = DOGE) -> list[tuple[str, str]]:
    """The steps that a coin took."""
    return [
        (one.before, one.after) for one in of_kind(facts, CryptoStateChanged) if one.coin == coin
    ]


def four(count: int, doge: float = 20.0) -> BarsClosed:
    """A bar of all coins, the newcomer included."""
    row = bar(count)
    bars = np.concatenate([row.bars, np.full((1, 5, 1), doge)], axis=2)
    bars[0, 4, 3] = 1e9
    bars.flags.writeable = False
    return BarsClosed(row.at, HOUR, (*COINS, DOGE), bars)


def traded() -> Mind:
    """DOGE has joined and is traded."""
    mind, _ = reacted(awake(), ADD, listed(NOW, DOGE))
    return mind


def holding() -> Mind:
    """DOGE has a position."""
    mind, _ = reacted(
        traded(),
        replace(forecast(FIRST_BARS), coins=(*COINS, DOGE), values=((None, None, None, 0.01),)),
        four(FIRST_BARS + 1),
    )
    assert mind.books.positions[ACTUAL, 3]["lots"] > 0
    return mind


def test_a_coin_that_was_not_there_is_asked_for_joins_warm_and_is_traded() -> None:
    mind, facts = reacted(awake(), ADD)
    assert facts == [CryptoStateChanged(NOW, DOGE, "gone", "watching", "to be traded: new")]
    assert mind.coins == COINS
    mind, facts = reacted(mind, listed(NOW, DOGE))
    assert facts == [
        CryptoStateChanged(NOW, DOGE, "watching", "trading", "new"),
        CryptoMixChanged(NOW, None, TOPIC, (DOGE,), (), "new"),
        CommandAnswered(NOW, ASKED, True, ""),  # noqa: FBT003
    ]
    assert mind.coins == (*COINS, DOGE)
    assert mind.books.marks[3] > 0.0
    assert mind.adaptation.written.mix[TOPIC] == (*COINS, DOGE)
    assert not mind.books.policies.in_mix[TWIN, 0, 3]


def test_a_coin_without_history_waits_until_its_own_bars_have_warmed_it() -> None:
    mind, facts = reacted(awake(), ADD, listed(NOW, DOGE, hours=0))
    assert lives(facts) == [("gone", "watching")]
    steps: list[tuple[str, str]] = []
    for count in range(FIRST_BARS + 1, FIRST_BARS + 200):
        mind, facts = reacted(mind, four(count, 20.0 + count % 3))
        steps += lives(facts)
    assert steps == [("watching", "trading")]


def test_a_coin_that_cannot_be_had_is_gone_and_who_asked_reads_why() -> None:
    _, facts = reacted(awake(), ADD, CoinUnavailable(NOW, DOGE, "there is no such market"))
    assert lives(facts) == [("gone", "watching"), ("watching", "gone")]
    assert of_kind(facts, CommandAnswered) == [
        CommandAnswered(NOW, ASKED, False, "DOGE: there is no such market")  # noqa: FBT003
    ]


def test_history_of_other_bars_is_no_history() -> None:
    _, facts = reacted(awake(), ADD, replace(listed(NOW, DOGE), interval=Micros(HOUR // 2)))
    assert of_kind(facts, CommandAnswered)[0].because == (
        "DOGE: its bars are of 1800 s, the bot's of 3600 s"
    )


def test_what_nobody_asked_for_does_not_join() -> None:
    before = awake()
    after, facts = reacted(before, listed(NOW, DOGE), CoinUnavailable(NOW, DOGE, "no"))
    assert (facts, after.coins) == ([], COINS)


def test_a_coin_is_asked_for_once() -> None:
    _, facts = reacted(awake(), ADD, replace(ADD, id=CommandId("again")))
    assert of_kind(facts, AdaptationRefused)[0].because == (
        "DOGE is on its way already: its history is being read"
    )
    assert of_kind(facts, CommandAnswered)[0].command == "again"


def test_a_coin_that_holds_a_position_is_closing_until_its_own_exit() -> None:
    removed = RemoveCrypto(hour(FIRST_BARS + 1), ACTOR, "enough", DOGE, id=ASKED)
    mind, facts = reacted(holding(), removed)
    assert lives(facts) == [("trading", "closing")]
    assert not of_kind(facts, OrderIntended)
    steps: list[Derived] = []
    for count in range(FIRST_BARS + 2, FIRST_BARS + 5):
        mind, facts = reacted(mind, four(count))
        steps += facts
    assert lives(steps) == [("closing", "gone")]
    (answer,) = of_kind(steps, CommandAnswered)
    assert (answer.at, answer.command) == (of_kind(steps, OrderFilled)[0].at + HOUR, ASKED)
    assert answer.executed
    mind, _ = reacted(mind, forecast(FIRST_BARS + 4, None, None, None))
    assert mind.coins == COINS


def test_a_coin_is_closed_at_once_when_that_is_asked() -> None:
    mind, facts = reacted(
        holding(), RemoveCrypto(hour(FIRST_BARS + 1), ACTOR, "enough", DOGE, "now")
    )
    (order,) = of_kind(facts, OrderIntended)
    assert (order.coin, order.side, order.purpose) == (DOGE, "sell", "flatten")
    _, facts = reacted(mind, four(FIRST_BARS + 2))
    assert lives(facts) == [("closing", "gone")]


def test_what_is_left_at_the_deadline_is_closed_then() -> None:
    held, at = holding(), hour(FIRST_BARS + 1)
    by_its_horizon = held.books.positions[ACTUAL, 3]["due"]
    deadline = Micros(int(by_its_horizon) - HOUR // 2)
    mind, facts = reacted(held, RemoveCrypto(at, ACTOR, "enough", DOGE, "reduce_only", deadline))
    assert lives(facts) == [("trading", "closing")]
    _, facts = reacted(mind, TimePassed(deadline))
    (order,) = of_kind(facts, OrderIntended)
    assert (order.coin, order.purpose) == (DOGE, "flatten")


def test_a_coin_without_bars_is_not_gone_for_it_is_not_confirmed_flat() -> None:
    mind, _ = reacted(holding(), RemoveCrypto(hour(FIRST_BARS + 1), ACTOR, "off", DOGE, "now"))
    for count in range(FIRST_BARS + 2, FIRST_BARS + 9):
        mind, facts = reacted(mind, bar(count))
        assert not lives(facts)
    assert mind.cryptos.of_coin(DOGE).life == "closing"
    _, facts = reacted(mind, four(FIRST_BARS + 9))
    assert lives(facts) == [("closing", "gone")]


def test_a_coin_that_is_leaving_can_be_kept() -> None:
    mind, _ = reacted(holding(), RemoveCrypto(hour(FIRST_BARS + 1), ACTOR, "off", DOGE))
    mind, facts = reacted(mind, AddCrypto(hour(FIRST_BARS + 1), ACTOR, "on", DOGE, (TOPIC,)))
    assert lives(facts) == [("closing", "trading")]
    assert mind.cryptos.of_coin(DOGE).life == "trading"


def test_a_stop_confirms_that_a_coin_with_only_an_entry_is_flat() -> None:
    asked = replace(forecast(FIRST_BARS), coins=(*COINS, DOGE), values=((None, None, None, 0.01),))
    mind, _ = reacted(traded(), asked)
    mind, facts = reacted(mind, RemoveCrypto(NOW, ACTOR, "off", DOGE))
    assert lives(facts) == [("trading", "closing"), ("closing", "gone")]
    _, facts = reacted(mind, StopTrading(NOW, ACTOR, "all"))
    assert not lives(facts)


def test_a_contract_on_the_coin_is_superseded() -> None:
    mind, facts = reacted(awake(), inject(NOW, "volatility_spike", SOL, 2.0))
    assert of_kind(facts, AdaptationApplied)
    mind, facts = reacted(mind, RemoveCrypto(NOW, ACTOR, "off", SOL))
    (verdict,) = of_kind(facts, AdaptationJudged)
    assert verdict.verdict == "superseded"
    assert mind.adaptation.contracts == ()
    assert SOL not in mind.adaptation.configuration.risk.coin_leverage


def test_the_coins_of_the_start_stay_watched_for_the_twin_goes_on_trading_them() -> None:
    mind, _ = reacted(awake(), RemoveCrypto(NOW, ACTOR, "off", ETH), forecast(FIRST_BARS))
    assert mind.coins == COINS
    assert mind.books.positions[TWIN, 1]["entry_lots"] > 0
    assert mind.books.positions[ACTUAL, 1]["entry_lots"] == 0


@settings(max_examples=6, deadline=None)
@given(some.integers(0, 2**32 - 1), some.integers(1, 399))
def test_the_state_of_others_is_the_same_before_and_after_a_join(seed: int, place: int) -> None:
    chosen = world(seed)
    facts = chosen.facts()
    before, _ = reacted(Mind.of(started(chosen.opened)), *facts[: place % len(facts)])
    assume(not before.adaptation.contracts)  # a change of the mix starts their books afresh
    after = joined(before)
    assert after.coins == (*before.coins, DOGE)
    assert shapes(after) == shapes(Mind.of(with_doge(chosen)))
    back = over_again(after)
    trials = before.books.trials.copy()
    trials["rebased"] = True  # what is on trial starts from the actual book again
    quiet = replace(before.books, events=back.books.events, trials=trials)  # nothing told twice
    quiet = replace(quiet, trades=back.books.trades)
    assert encode(back.books) == encode(quiet)
    for name in ("phase", "volatility", "volume"):
        ours, theirs = getattr(before.context, name), getattr(back.context, name)
        assert ours.cells.tobytes() == theirs.cells.tobytes(), name
    assert encode(back.accuracy) == encode(before.accuracy)
    assert encode(back.strategy) == encode(before.strategy)


def joined(mind: Mind) -> Mind:
    at = Micros(max(mind.instant, mind.books.closed))
    return reacted(mind, AddCrypto(at, ACTOR, "new", DOGE, (TREND,)), listed(at, DOGE))[0]


def over_again(mind: Mind) -> Mind:
    """DOGE leaves as soon as it came."""
    at = Micros(max(mind.instant, mind.books.closed))
    removed = RemoveCrypto(at, ACTOR, "a mistake", DOGE)
    return reacted(mind, removed, CoinUnavailable(at, DOGE, "to let time pass"))[0]


def with_doge(chosen: World) -> Any:
    first = started(chosen.opened)
    return replace(first, instruments=(*first.instruments, Instrument(DOGE, 2)))


def shapes(mind: Mind) -> dict[str, tuple[int, ...]]:
    """Of all arrays but the books', whose number depends on what is open."""
    found: dict[str, tuple[int, ...]] = {}

    def look(value: Any, path: str) -> None:
        if isinstance(value, np.ndarray):
            found[path] = cast("NDArray[Any]", value).shape
        elif isinstance(value, Struct):
            for name in value.__struct_fields__:
                look(getattr(value, name), f"{path}.{name}")

    look(mind, "")
    per_book = (".books.", ".ghosts")
    return {path: shape for path, shape in found.items() if not path.startswith(per_book)}


@settings(max_examples=6, deadline=None)
@given(some.integers(0, 2**32 - 1), some.sampled_from(["allora_mind", "sma_cross"]))
def test_a_silent_newcomer_changes_no_decision_about_others(seed: int, strategy: str) -> None:
    """Where its bars have not come yet, the market's context is that of the others alone."""
    chosen = world(seed)
    start = replace(started(chosen.opened), strategy=strategy)
    facts = chosen.facts()
    half = len(facts) // 2
    mind, _ = reacted(Mind.of(start), *facts[:half])
    alone, told = reacted(mind, *facts[half:])
    with_one, told_with = reacted(joined_silently(mind), *facts[half:])
    assert orders(told_with) == orders(told)
    assert with_one.books.records.tobytes() == alone.books.records.tobytes()


@settings(max_examples=6, deadline=None)
@given(some.integers(0, 2**32 - 1))
def test_a_busy_newcomer_changes_no_decision_that_is_about_one_coin_alone(seed: int) -> None:
    """The averages of a coin are its own: with or without others, it is traded alike."""
    chosen = world(seed, 800)
    free = replace(LIVELY, risk=replace(LIVELY.risk, maximum_drawdown=None))
    calm = replace(free, sizing=replace(free.sizing, compounding=False))
    start = replace(started(chosen.opened, calm), strategy="sma_cross")
    facts = chosen.facts()
    half = len(facts) // 2
    mind, _ = reacted(Mind.of(start), *facts[:half])
    _, told = reacted(mind, *facts[half:])
    _, told_with = reacted(joined(mind), *with_bars_of_doge(facts[half:], seed))
    assert orders(told_with) == orders(told)
    assert any(one.coin == DOGE for one in of_kind(told_with, OrderIntended))


def joined_silently(mind: Mind) -> Mind:
    at = Micros(max(mind.instant, mind.books.closed))
    asked = AddCrypto(at, ACTOR, "new", DOGE, (TREND,))
    return reacted(mind, asked, listed(at, DOGE, hours=0))[0]


def orders(facts: list[Derived]) -> list[bytes]:
    return [
        written(one)
        for one in facts
        if isinstance(one, OrderIntended | OrderFilled) and one.coin != DOGE
    ]


def with_bars_of_doge(facts: list[Outside], seed: int) -> list[Outside]:
    generator = np.random.default_rng(seed)
    price = 20.0
    told: list[Outside] = []
    for fact in facts:
        if isinstance(fact, BarsClosed):
            moves = 0.02 * generator.standard_normal(len(fact.bars))
            closes = price * np.exp(np.cumsum(moves))
            opens = np.concatenate([[price], closes[:-1]])
            price = float(closes[-1])
            high, low = np.maximum(opens, closes), np.minimum(opens, closes)
            volume = np.full(len(closes), 1e7)
            own = np.stack([opens, high, low, closes, volume], axis=1)[:, :, np.newaxis]
            bars = np.ascontiguousarray(np.concatenate([fact.bars, own], axis=2))
            bars.flags.writeable = False
            told.append(BarsClosed(fact.at, fact.interval, (*fact.coins, DOGE), bars))
        else:
            told.append(fact)
    return told


def test_a_life_survives_a_snapshot_at_every_step_and_a_replay() -> None:
    steps: list[Outside] = [
        ADD,
        listed(NOW, DOGE),
        replace(forecast(FIRST_BARS), coins=(*COINS, DOGE), values=((None, None, None, 0.01),)),
        four(FIRST_BARS + 1),
        RemoveCrypto(hour(FIRST_BARS + 1), ACTOR, "off", DOGE, "now", id=ASKED),
        four(FIRST_BARS + 2),
        forecast(FIRST_BARS + 2, None, None, None),
        AddCrypto(hour(FIRST_BARS + 2), ACTOR, "again", DOGE, (TOPIC,)),
        listed(hour(FIRST_BARS + 2), DOGE),
        four(FIRST_BARS + 3),
    ]
    whole, told = reacted(awake(), *steps)
    broken, facts = awake(), list[Derived]()
    for step in steps:
        broken, more = reacted(decode(encode(broken), Mind), step)
        facts += more
    assert encode(broken) == encode(whole)
    assert list(map(written, facts)) == list(map(written, told))
    assert lives(told) == [
        ("gone", "watching"), ("watching", "trading"), ("trading", "closing"),
        ("closing", "gone"), ("gone", "watching"), ("watching", "trading"),
    ]  # fmt: skip


@pytest.mark.parametrize("strategy", ["allora_mind", "sma_cross"])
def test_the_journal_of_a_life_rebuilds_it(strategy: str) -> None:
    chosen = world(11)
    facts = chosen.facts()
    half, most = len(facts) // 2, len(facts) * 3 // 4
    at, later = facts[half - 1].at, facts[most - 1].at
    wide = with_bars_of_doge(facts, 11)
    orders_too: list[Outside] = [
        *wide[:half],
        AddCrypto(at, ACTOR, "new", DOGE, (TREND,)),
        listed(at, DOGE),
        *wide[half:most],
        RemoveCrypto(later, ACTOR, "off", DOGE, "now"),
        *wide[most:],
    ]
    recorded = run(replace(started(chosen.opened), strategy=strategy), orders_too)
    again = replayed(recorded.rows, {}, compare=True)
    assert again.differences == ()
    assert encode(again.mind) == encode(recorded.mind)
    assert recorded.mind.coins == tuple(Mind.of(started(chosen.opened)).coins)
