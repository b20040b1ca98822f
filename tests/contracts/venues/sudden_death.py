"""A bot as a process of its own, beside stand-ins and a signer that a test can make hesitate."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import TypeVar

import msgspec
from msgspec import Struct

from tests.adapters.signer.given import PASSPHRASE, QUICK, USER
from tests.builders.patience import until
from trimtab.adapters.hyperliquid.wire_actions import PlaceOrders
from trimtab.adapters.signer.agent_signing import AgentKey
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager
from trimtab.adapters.signer.limits import Guard, SignerLimits
from trimtab.adapters.signer.messages import Answer, Ask, Refused
from trimtab.adapters.signer.nonces import Nonces
from trimtab.adapters.signer.server import SigningServer
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.stand_ins.allora.stand_in import AlloraStandIn
from trimtab.adapters.stand_ins.foresight import foreseeing
from trimtab.adapters.stand_ins.hyperliquid.account import Account
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.facts import Fact
from trimtab.ports import JournalError
from trimtab.records.upcasting import facts_after

T = TypeVar("T")
LIMITS = SignerLimits(
    order_notional=Decimal(10**6), hourly_notional=Decimal(10**9), orders_a_minute=10**6
)


class HesitantSigner(SigningServer):
    """Refuses nothing, but keeps what it is told to keep: the bot waits for an answer."""

    kept: Callable[[Ask], bool] | None = None

    def answer(self, ask: Ask) -> Answer:
        """As the signer's own; what it keeps is answered for somebody else."""
        if self.kept is not None and self.kept(ask):
            return Refused(-1, "kept", "a test keeps it")
        return super().answer(ask)


def enters(ask: Ask) -> bool:
    """Orders that open."""
    action = ask.action
    return isinstance(action, PlaceOrders) and not action.orders[0].reduce_only


def protects(ask: Ask) -> bool:
    """Stops."""
    action = ask.action
    return isinstance(action, PlaceOrders) and action.orders[0].kind.trigger is not None


def closes(ask: Ask) -> bool:
    """Exits."""
    action = ask.action
    return isinstance(action, PlaceOrders) and action.orders[0].reduce_only and not protects(ask)


class Stage(Struct):
    """All that is outside of the bot."""

    folder: Path
    hyperliquid: HyperliquidStandIn
    allora: AlloraStandIn
    signer: HesitantSigner
    loop: asyncio.AbstractEventLoop

    @property
    def account(self) -> Account:
        return self.hyperliquid.venue.accounts[USER]

    def unprotected(self) -> list[str]:
        """Coins that are held without a stop."""
        stops = {one.coin for one in self.account.orders.values() if one.kind == "sl"}
        return sorted(set(self.account.positions) - stops)


@contextmanager
def stage(folder: Path) -> Generator[Stage]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    manager = CryptoKeyManager(folder / "agent.key", QUICK)
    address = manager.create(PASSPHRASE)
    clock, market = SystemClock(), NoiseMarket(seed=2)
    venue = HyperliquidStandIn(clock, market, tick=0.05)
    venue.limits.most = 10**9
    venue.account(USER, 10_000, address)
    nonces = Nonces(folder / "nonce", lambda: clock.now() // 1000)
    names = {number: one.name for number, one in enumerate(market.coins)}
    signer = HesitantSigner(
        AgentKey(manager.secret(PASSPHRASE), mainnet=False), nonces, Guard(LIMITS, names),
        lambda: clock.now() // 1000, mainnet=False,
    )  # fmt: skip
    given = Stage(folder, venue, AlloraStandIn(clock, value=foreseeing(market)), signer, loop)

    async def begin() -> int:
        await venue.start()
        await asyncio.start_unix_server(signer.serve, folder / "s.sock")
        return await given.allora.start()

    port = in_loop(given, begin)
    (folder / "trimtab.toml").write_text(
        "\n".join([
            'mode = "testnet"', 'stage = "full"', 'bar = "1m"', "capital = 3000.0",
            'coins = ["BTC", "ETH", "SOL"]', "port = 0", f'journal = "{folder}/run.db"', "[gate]",
            "enabled = false", "[hyperliquid]", f'url = "http://127.0.0.1:{venue.port}"',
            f'account = "{USER}"', "[signer]", f'key = "{manager.path}"',
            f'socket = "{folder}/s.sock"', "[allora]", f'url = "http://127.0.0.1:{port}"',
        ])
    )  # fmt: skip
    try:
        yield given
    finally:
        in_loop(given, venue.stop)
        in_loop(given, given.allora.stop)
        nonces.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def in_loop(given: Stage, work: Callable[[], object]) -> int:
    async def done() -> int:
        said = work()
        return int(await said or 0) if asyncio.iscoroutine(said) else 0

    return asyncio.run_coroutine_threadsafe(done(), given.loop).result(20.0)


class Bot:
    """`trimtab run` in a process of its own."""

    def __init__(self, given: Stage, port: int) -> None:
        self._journal = given.folder / "run.db"
        self._port = port
        self._log = (given.folder / "run.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "trimtab", "run", "--config", str(given.folder / "trimtab.toml"),
             "--port", str(port)],
            stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def send(self, **command: object) -> None:
        """An operator's command; what becomes of it is not waited for."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10.0)
        with closing(connection):
            connection.request(
                "POST", "/api/v1/commands", msgspec.json.encode(command),
                {"x-trimtab": "1", "content-type": "application/json"},
            )  # fmt: skip
            assert connection.getresponse().status == 202

    def facts(self, *kinds: type[Fact]) -> list[Fact]:
        try:
            with closing(JournalReader(self._journal)) as reader:
                return [one.fact for one in facts_after(reader, 0) if isinstance(one.fact, kinds)]
        except JournalError:  # it has not begun
            return []

    def until(self, what: Callable[[], bool]) -> None:
        until(lambda: self.process.poll() is not None or what(), 60.0, 0.1)
        assert self.process.poll() is None, "the bot has ended: see run.log"

    def dies(self) -> None:
        """At once, wherever it is."""
        self.process.kill()
        self.process.wait()
        self._log.close()

    def ends(self) -> None:
        self.process.terminate()
        assert self.process.wait(30.0) == 0
        self._log.close()
