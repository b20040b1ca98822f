"""What each of the plan's three handlers promises, on the facts of a real small run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from msgspec.structs import replace

from tests.builders.market import LIVELY, started, world
from tests.builders.running import Run, of_kind, run
from trimtab.adapters.memory.broker import MemoryBroker
from trimtab.domain.commands import AddCrypto, RemoveCrypto
from trimtab.domain.decisions import CryptoMixChanged, MarketContextUpdate, RiskAdjustment
from trimtab.domain.facts import Outside
from trimtab.ports import Broker, Recorded
from trimtab.records import (
    crypto_mix_handler,
    market_context_handler,
    risk_adjustment_handler,
)
from trimtab.records.channels import message_of
from trimtab.records.crypto_mix_handler import CryptoMixHandler
from trimtab.records.handlers import HANDLERS, Handler, channel_of, folded
from trimtab.records.journal_row import stored_of
from trimtab.records.market_context_handler import MarketContextHandler
from trimtab.records.overview import START, Overview, see
from trimtab.records.read_model import ReadModel
from trimtab.records.risk_adjustment_handler import RiskAdjustmentHandler
from trimtab.records.upcasting import facts_of
from trimtab.runtime.event_dispatcher import EventDispatcher

BOT = "test"
UNLIMITED = replace(LIVELY, risk=replace(LIVELY.risk, maximum_drawdown=None))


def told() -> Iterator[Outside]:
    """A market, and an operator who takes a coin out of the mix and back in."""
    lively = world(1)
    coin, topic = lively.market.coins[0], LIVELY.topics[0].name
    for number, fact in enumerate(lively.facts()):
        if number == 60:
            yield RemoveCrypto(fact.at, "ada", "a look at its delisting", coin)
        if number == 90:
            yield AddCrypto(fact.at, "ada", "it stays", coin, (topic,))
        yield fact


@pytest.fixture(scope="module")
def small() -> Run:
    return run(started(world(1).opened, UNLIMITED), told())


@pytest.fixture(scope="module")
def records(small: Run) -> list[Recorded]:
    return list(facts_of(map(stored_of, small.rows)))


@pytest.fixture(params=HANDLERS, ids=lambda handler: type(handler).__name__)
def handler(request: pytest.FixtureRequest) -> Handler:
    """Each as it is before the first fact."""
    one: Handler = request.param
    return one


def test_the_run_has_facts_for_the_handler(handler: Handler, small: Run) -> None:
    assert [row.type for row in small.rows].count(handler.TYPE) > 1


def test_kept_live_it_is_the_fold_from_zero(handler: Handler, records: list[Recorded]) -> None:
    live, dispatcher = ReadModel(handler), EventDispatcher()
    dispatcher.subscribe(live, handler.KINDS)
    for place in range(0, len(records), 7):
        dispatcher.publish(records[place : place + 7])
    assert live.now == folded(handler, records)
    assert live.now != handler
    assert dispatcher.errors == []


def test_it_knows_the_seq_that_it_reflects(handler: Handler, records: list[Recorded]) -> None:
    last = max(seq for seq, fact in records if isinstance(fact, handler.KINDS))
    assert folded(handler, records).seq == last


def test_facts_that_come_twice_change_nothing(handler: Handler, records: list[Recorded]) -> None:
    once = folded(handler, records)
    twice = [record for record in records for _ in range(2)]
    assert folded(handler, twice) == once


def test_a_replay_changes_nothing(handler: Handler, records: list[Recorded]) -> None:
    once = folded(handler, records)
    assert folded(once, records) is once
    assert ReadModel(handler, records).now == once


def test_facts_of_other_types_leave_it_alone(handler: Handler, records: list[Recorded]) -> None:
    model = folded(handler, records)
    others: Iterable[Recorded] = (
        Recorded(seq + len(records), fact)
        for seq, fact in records
        if not isinstance(fact, handler.KINDS)
    )
    assert folded(model, others) is model


def test_it_keeps_a_bounded_number_of_changes(handler: Handler, records: list[Recorded]) -> None:
    mine = [record for record in records if isinstance(record.fact, handler.KINDS)]
    for turn in range(60):
        again = (Recorded(seq + turn * len(records), fact) for seq, fact in mine)
        handler = folded(handler, again)
    kept: tuple[object, ...] = getattr(handler, "changes")  # noqa: B009 - all three have them
    assert len(kept) == 100
    assert {
        market_context_handler.CHANGES,
        crypto_mix_handler.CHANGES,
        risk_adjustment_handler.CHANGES,
    } == {100}


async def test_its_facts_reach_who_listens_to_its_channel_exactly_once(
    handler: Handler, small: Run
) -> None:
    broker: Broker = MemoryBroker()
    listener = await broker.subscribe(channel_of(handler, BOT), "someone")
    await broker.publish([message_of(BOT, row) for row in small.rows])
    heard: list[int] = []
    while (message := await listener.next(within=0.0)) is not None:
        heard.append(message.row.seq)
        await listener.done(message)
    assert heard == [row.seq for row in small.rows if row.type == handler.TYPE]
    await listener.close()
    await broker.close()


def overview(records: Iterable[Recorded]) -> Overview:
    """What the page shows after these facts."""
    shown = START
    for seq, fact in records:
        shown = see(shown, seq, fact)
    return shown


def test_the_context_is_the_last_one_told(records: list[Recorded]) -> None:
    model = folded(MarketContextHandler(), records)
    updates = of_kind([fact for _, fact in records], MarketContextUpdate)
    assert model.context == updates[-1].context
    assert len(model.changes) == len(updates)
    first, *later = model.changes
    began = updates[0].context
    assert first.words == (f"the market is {began.phase}, volatility {began.volatility_regime}",)
    assert any("turned" in word for change in later for word in change.words)


def test_a_context_says_in_words_what_a_person_would_notice(records: list[Recorded]) -> None:
    update = of_kind([fact for _, fact in records], MarketContextUpdate)[-1]
    coin = update.context.coins[0]
    calm = replace(
        update.context, phase="bull", confidence=0.8, risk_level=20.0, volatility_regime="low",
        coins=(replace(coin, phase="bull", volatility_regime="low", spiking=False),),
    )  # fmt: skip
    wild = replace(
        calm, phase="volatile", risk_level=71.6, volatility_regime="high",
        coins=(replace(calm.coins[0], spiking=True),),
    )  # fmt: skip
    model = MarketContextHandler()
    for seq, context in enumerate((calm, replace(calm, confidence=0.91), wild, calm), 1):
        model = model.see(seq, replace(update, context=context))
    assert [change.words for change in model.changes] == [
        ("the market is bull, volatility low",),
        ("confidence in bull 91% (was 80%)",),
        (
            "the market turned volatile (was bull)",
            "volatility of the market is high (was low)",
            "risk level 72 of 100 (was 20)",
            f"{coin.coin} began to spike",
        ),
        (
            "the market turned bull (was volatile)",
            "volatility of the market is low (was high)",
            "risk level 20 of 100 (was 72)",
            f"{coin.coin} moves as usual again",
        ),
    ]


def test_the_mix_is_what_is_in_force(records: list[Recorded]) -> None:
    model = folded(CryptoMixHandler(), records)
    shown = overview(records).in_force
    assert shown is not None
    assert {topic: {*coins} for topic, coins in model.mix.items()} == {
        topic: {*coins} for topic, coins in shown.mix.items()
    }
    changes = of_kind([fact for _, fact in records], CryptoMixChanged)
    assert [change.because for change in model.changes] == [fact.because for fact in changes]
    assert "it stays" in {change.because for change in model.changes}


def test_the_leverage_is_what_is_in_force(records: list[Recorded]) -> None:
    model = folded(RiskAdjustmentHandler(), records)
    shown = overview(records).in_force
    assert shown is not None
    coins = {*shown.coin_leverage, *model.leverage.coins}
    assert coins
    for coin in coins:
        own = model.leverage.coins.get(coin, model.leverage.general)
        assert own == shown.coin_leverage.get(coin, shown.leverage)
    last = of_kind([fact for _, fact in records], RiskAdjustment)[-1]
    change = model.changes[-1]
    assert (change.coin, change.before, change.after) == (last.coin, last.before, last.after)


def test_a_restart_keeps_what_was_in_force(records: list[Recorded]) -> None:
    again = Recorded(len(records) + 1, records[0].fact)
    for handler in (CryptoMixHandler(), RiskAdjustmentHandler()):
        before = folded(handler, records)
        after = before.see(*again)
        assert replace(after, seq=before.seq) == before
