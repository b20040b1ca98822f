"""A coin that the bot asks for is looked up, and the answer is a fact from outside."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from msgspec.structs import replace

from tests.builders.market import COINS, started, world
from tests.builders.operator import ACTOR, TREND
from tests.builders.patience import until
from tests.builders.running import Kind, of_kind
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.recorded_coins import RecordedCoins
from trimtab.app.configuring import instruments
from trimtab.domain.canonical import decode
from trimtab.domain.commands import AddCrypto
from trimtab.domain.decisions import CommandAnswered, CryptoStateChanged
from trimtab.domain.facts import Outside
from trimtab.domain.observations import CoinListed, CoinUnavailable
from trimtab.domain.units import Coin, CommandId, Micros
from trimtab.runtime.coin_desk import CoinDesk
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.replay import replayed

CHOSEN = world(3, gaps=False)
MARKET = CHOSEN.market
CANDLES = Candles(MARKET.coins, MARKET.interval, MARKET.closes_at, MARKET.bars, (0,) * 4)
SOURCE = RecordedCoins(CANDLES, instruments(MARKET.coins, MARKET.bars))
FIRST = started(CHOSEN.opened)
LAST = MARKET.coins[-1]
FEWER = replace(
    FIRST,
    instruments=FIRST.instruments[:-1],
    configuration=replace(
        FIRST.configuration,
        mix={topic: coins[:-1] for topic, coins in FIRST.configuration.mix.items()},
    ),
)


class Broken:
    def look_up(self, coin: Coin, at: Micros) -> CoinListed | CoinUnavailable:
        del coin, at
        raise OSError("the line is dead")


@contextmanager
def bot_of(source: RecordedCoins | Broken) -> Generator[tuple[ReactiveBot, MemoryJournal]]:
    """A bot with fewer coins than its market has, half way through it; at the end all is heard."""
    answers: list[Outside] = []
    journal = MemoryJournal(FEWER.bot, StandingClock(FEWER.at))
    facts = CHOSEN.facts()
    half = len(facts) // 2
    desk = CoinDesk(source, answers.append)
    bot = ReactiveBot(FEWER, journal, EventDispatcher([desk]))
    for fact in facts[:half]:
        bot.take(fact)
    with desk:
        yield bot, journal
        bot.flush()
        until(lambda: bool(answers))
    for fact in (*answers, *facts[half:]):
        bot.take(fact)
    bot.flush()


def told(journal: MemoryJournal, kind: type[Kind]) -> list[Kind]:
    return of_kind([decode(row.payload) for row in journal.read()], kind)


def test_a_coin_of_the_record_joins_and_a_replay_needs_no_source() -> None:
    assert len(COINS) == 4
    with bot_of(SOURCE) as (bot, journal):
        at = bot.mind.books.closed
        bot.take(AddCrypto(at, ACTOR, "new", LAST, (TREND,), CommandId("one")))
    assert [one.after for one in told(journal, CryptoStateChanged)] == ["watching", "trading"]
    assert [one.executed for one in told(journal, CommandAnswered)] == [True]
    assert bot.mind.coins == MARKET.coins
    rows = list(journal.read())
    assert replayed(rows, {}, compare=True).differences == ()


def test_what_cannot_be_had_is_told_with_its_reason() -> None:
    for source, because in (
        (SOURCE, "NONE: there is no market of it here; there are BTC, ETH, SOL, NEAR"),
        (Broken(), "NONE: the line is dead"),
    ):
        with bot_of(source) as (bot, journal):
            at = bot.mind.books.closed
            bot.take(AddCrypto(at, ACTOR, "new", Coin("NONE"), (TREND,), CommandId("one")))
        assert [one.because for one in told(journal, CommandAnswered)] == [because]


def test_only_what_had_closed_is_told() -> None:
    at = Micros(int(MARKET.closes_at[50]) + 1)
    listed = SOURCE.look_up(LAST, at)
    assert isinstance(listed, CoinListed)
    assert listed.closed == MARKET.closes_at[50]
    assert len(listed.history) == 51
    early = SOURCE.look_up(LAST, CHOSEN.opened)
    assert isinstance(early, CoinListed)
    assert early.history == ()
