"""trimtab run against stand-ins: on paper and on the test network, through doors that break."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec import Struct

from tests.adapters.signer.given import PASSPHRASE, QUICK, USER
from tests.builders.commands import trimtab
from tests.builders.patience import until
from tests.builders.quick_clock import QuickClock
from trimtab.adapters.hyperliquid.rate_budget import RateBudget
from trimtab.adapters.hyperliquid.reconnecting import BackOff
from trimtab.adapters.hyperliquid.stream import Timing
from trimtab.adapters.hyperliquid.venue_access import Place
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager
from trimtab.adapters.signer.limits import SignerLimits
from trimtab.adapters.signer.server import SignerSettings, serve_until
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.stand_ins.allora.stand_in import AlloraStandIn
from trimtab.adapters.stand_ins.foresight import foreseeing
from trimtab.adapters.stand_ins.hyperliquid.account import Order
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.app.live.living import Life, lived
from trimtab.app.settings_file import read_settings
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.facts import Fact
from trimtab.domain.observations import (
    AccountReported,
    BarsClosed,
    FeedLost,
    FeedRestored,
    OrderFilled,
    PredictionsIssued,
)
from trimtab.domain.units import MINUTE
from trimtab.ports import JournalError
from trimtab.records.upcasting import facts_after

SPEED = 20.0
"""A minute of the market in three seconds."""


class Doors(Struct):
    """Both stand-ins in a thread of their own."""

    clock: QuickClock
    hyperliquid: HyperliquidStandIn
    allora: AlloraStandIn
    loop: asyncio.AbstractEventLoop
    ports: tuple[int, int] = (0, 0)
    serving: list[tuple[asyncio.Task[None], asyncio.Event]] = []
    """Signers, and what ends each."""

    def do(self, work: Callable[[], object]) -> object:
        """In the stand-ins' thread."""

        async def done() -> object:
            said = work()
            return await said if asyncio.iscoroutine(said) else said

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(20.0)


@contextmanager
def doors() -> Generator[Doors]:
    clock, market = QuickClock(SPEED), NoiseMarket(seed=2)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    given = Doors(
        clock, HyperliquidStandIn(clock, market, tick=0.1),
        AlloraStandIn(clock, value=foreseeing(market)), loop,
    )  # fmt: skip
    given.hyperliquid.limits.most = 10**9
    given.do(given.hyperliquid.start)
    given.ports = (given.hyperliquid.port, int(str(given.do(given.allora.start))))
    try:
        yield given
    finally:
        for serving, ended in given.serving:
            loop.call_soon_threadsafe(ended.set)
            given.do(lambda one=serving: asyncio.wait([one]))  # type: ignore[misc]
        given.do(given.hyperliquid.stop)
        given.do(given.allora.stop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def signing(given: Doors, key: Path, folder: Path) -> None:
    """A signer in the stand-ins' thread, by their clock; it ends with them."""
    limits = SignerLimits(
        order_notional=Decimal(5_000), hourly_notional=Decimal(10**6), orders_a_minute=1_000
    )
    url = f"http://127.0.0.1:{given.ports[0]}"
    chosen = SignerSettings(str(key), f"{folder}/signer/s.sock", url, USER, limits=limits)
    ready, ended = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(
        serve_until(
            chosen, PASSPHRASE, lambda: given.clock.now() // 1000, ended, lambda _: ready.set()
        )
    )
    given.serving.append((serving, ended))
    await ready.wait()


class Living:
    """A bot in a thread; what it recorded may be read meanwhile."""

    def __init__(self, given: Doors, folder: Path, *lines: str, passphrase: str = "") -> None:
        config = folder / "trimtab.toml"
        self.journal = folder / "run.db"
        url = f"http://127.0.0.1:{given.ports[0]}"
        config.write_text(
            "\n".join([
                f'journal = "{self.journal}"', 'bar = "1m"', 'coins = ["BTC", "ETH", "SOL"]',
                *lines, "[gate]", "enabled = false", "[allora]",
                f'url = "http://127.0.0.1:{given.ports[1]}"',
            ])
        )  # fmt: skip
        self.settings = read_settings(config)
        timing = Timing(ping=1.0, silence=2.0, look=0.1, back_off=BackOff(0.05, 0.2))
        place = Place(
            url, url.replace("http", "ws") + "/ws", 2.0, budget=RateBudget(1e9, 0.0, 1e9, 1e9),
            timing=timing,
        )  # fmt: skip
        self.problem: BaseException | None = None
        self._ended = threading.Event()
        life = Life(
            self.settings, passphrase, headless=True, clock=given.clock, place=place,
            ended=self._ended,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._live, args=(life,))
        self._thread.start()

    def _live(self, life: Life) -> None:
        try:
            lived(life)
        except BaseException as error:
            self.problem = error
            raise

    def facts(self, *kinds: type[Fact]) -> list[Fact]:
        try:
            with closing(JournalReader(self.journal)) as reader:
                return [one.fact for one in facts_after(reader, 0) if isinstance(one.fact, kinds)]
        except JournalError:  # it has not begun
            return []

    def until(self, what: Callable[[], bool]) -> None:
        until(lambda: self.problem is not None or what(), 90.0, 0.05)
        assert self.problem is None, self.problem

    def end(self) -> None:
        self._ended.set()
        self._thread.join(30.0)
        assert not self._thread.is_alive()
        assert self.problem is None


def live_bars(bot: Living) -> int:
    """Rows that closed while it ran: history comes as whole blocks."""
    last = [one for one in bot.facts(BarsClosed) if isinstance(one, BarsClosed)]
    return len([one for one in last if len(one.bars) == 1])


def test_on_paper_bars_and_forecasts_come_and_trades_follow(tmp_path: Path) -> None:
    with doors() as given:
        bot = Living(given, tmp_path)
        bot.until(lambda: len(bot.facts(OrderFilled)) > 0 and len(bot.facts(PredictionsIssued)) > 1)
        bot.end()
    replayed = trimtab("replay", bot.journal, "--verify", "--json", "-")
    assert (replayed.code, replayed.json["differences"]) == (0, 0)
    assert given.hyperliquid.arrived == []


@pytest.mark.parametrize("name", ["hyperliquid", "allora"])
def test_a_door_that_is_pulled_is_told_and_comes_back_by_itself(name: str, tmp_path: Path) -> None:
    with doors() as given:
        bot = Living(given, tmp_path)
        bot.until(lambda: live_bars(bot) > 1)
        # when a venue goes away
        venue: HyperliquidStandIn | AlloraStandIn = given.hyperliquid
        port = given.ports[0]
        if name == "allora":
            venue, port = given.allora, given.ports[1]
        given.do(venue.stop)
        bot.until(lambda: any(name in one for one in lost(bot)))
        before = bars_of(bot)
        # and comes back
        given.do(lambda: venue.start(port))
        bot.until(lambda: not any(name in one for one in lost(bot)))
        bot.until(lambda: bars_of(bot) > before + 1)
        bot.end()
    assert rows_without_holes_or_repeats(bot)


def lost(bot: Living) -> set[str]:
    """Feeds that are away."""
    away: set[str] = set()
    for one in bot.facts(FeedLost, FeedRestored):
        if isinstance(one, FeedLost):
            away.add(one.feed)
        elif isinstance(one, FeedRestored):
            away.discard(one.feed)
    return away


def rows_without_holes_or_repeats(bot: Living) -> bool:
    ends = sorted(
        (one.at - row * MINUTE, coin)
        for one in bot.facts(BarsClosed)
        if isinstance(one, BarsClosed)
        for row in range(len(one.bars))
        for coin in one.coins
    )
    closes = sorted({at for at, _ in ends})
    return len(ends) == len(set(ends)) and {b - a for a, b in pairwise(closes)} == {MINUTE}


def bars_of(bot: Living) -> int:
    return sum(len(one.bars) for one in bot.facts(BarsClosed) if isinstance(one, BarsClosed))


def test_on_the_test_network_positions_agree_and_each_has_its_stop(tmp_path: Path) -> None:
    manager = CryptoKeyManager(tmp_path / "agent.key", QUICK)
    address = manager.create(PASSPHRASE)
    with doors() as given:
        given.hyperliquid.account(USER, 10_000, address)
        lines = (
            'mode = "testnet"', 'stage = "full"', "capital = 3000.0", "[hyperliquid]",
            f'url = "http://127.0.0.1:{given.ports[0]}"', f'account = "{USER}"', "[signer]",
            f'key = "{manager.path}"', f'socket = "{tmp_path}/signer/s.sock"',
        )  # fmt: skip
        given.do(lambda: signing(given, manager.path, tmp_path))
        bot = Living(given, tmp_path, *lines, passphrase=PASSPHRASE)
        bot.until(lambda: len(bot.facts(OrderFilled)) > 1)
        account = given.hyperliquid.venue.accounts[USER]
        bot.until(lambda: protected(account.positions, account.orders.values()))
        bot.end()
        held = {coin: one.size for coin, one in account.positions.items()}
        # and a bot that comes again finds everything as it is, and sends nothing twice
        fills = len(account.fills)
        again = Living(given, tmp_path, *lines, passphrase=PASSPHRASE)
        reports = len(again.facts(AccountReported))
        again.until(lambda: len(again.facts(AccountReported)) > reports)
        again.end()
    told = dict.fromkeys(held, Decimal(0))
    for one in again.facts(OrderFilled):
        assert isinstance(one, OrderFilled)
        told[one.coin] = told.get(one.coin, Decimal(0)) + (
            one.size if one.side == "buy" else -one.size
        )
    now = {coin: one.size for coin, one in account.positions.items()}
    assert {coin: size for coin, size in told.items() if size} == now
    trades = [one.trade for one in again.facts(OrderFilled) if isinstance(one, OrderFilled)]
    assert len(trades) == len(set(trades)) == len(account.fills) >= fills
    purposes = {one.purpose for one in again.facts(OrderIntended) if isinstance(one, OrderIntended)}
    assert "protect" in purposes
    replayed = trimtab("replay", again.journal, "--verify", "--json", "-")
    assert (replayed.code, replayed.json["differences"]) == (0, 0)


def protected(positions: Mapping[str, object], orders: Iterable[Order]) -> bool:
    stops = {one.coin for one in orders if one.kind == "sl"}
    return bool(positions) and set(positions) <= stops


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['mode = "live"', "[signer]", 'key = "k"'], "hyperliquid.account is empty"),
        (['mode = "testnet"'], "signer.key is empty"),
        (["[hyperliquid]", 'url = "http://example.org"'], "stand-in on this machine"),
        (
            ['mode = "live"', "[hyperliquid]", f'account = "{USER}"', "[signer]", 'key = "k"'],
            "was not confirmed",
        ),
        (["[hyperliquid]", 'account = "me"'], "hyperliquid.account is 'me'"),
        (['mode = "real"'], '"paper", "testnet" or "live"'),
    ],
)
def test_a_start_that_cannot_be_is_told_in_one_line(
    lines: list[str], words: str, tmp_path: Path
) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text("\n".join(lines))
    answer = trimtab("run", "--config", config, "--headless", "--for", "1")
    assert answer.code == 2
    assert words in answer.err
