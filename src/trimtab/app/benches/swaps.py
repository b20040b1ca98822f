"""Swaps: how long a decision about other coins waits while coins join a running bot and leave it."""

from __future__ import annotations

import tempfile
import time
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread

import numpy as np
from msgspec import Struct

from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.benches.latency import Percentiles, percentiles
from trimtab.app.compose import live_bot, started
from trimtab.domain.commands import AddCrypto, RemoveCrypto
from trimtab.domain.configuration import Configuration, Instrument, Topic
from trimtab.domain.decisions import CryptoStateChanged, ForecastsWeighed
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, CoinListed, PredictionsIssued, Row
from trimtab.domain.units import HOUR, SECOND, Coin, Micros, TopicName
from trimtab.ports import Recorded
from trimtab.runtime.engine_loop import EngineLoop
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.reactive_bot import ReactiveBot

COINS = tuple(Coin(f"C{place}") for place in range(15))
NEWCOMER = Coin("NEW")
TOPIC = Topic(TopicName("bench-8h"), "log_return", Micros(8 * HOUR))
START = Micros(1_704_067_200_000_000)
PAST, HISTORY = 400, 2_000
"""Rows that the bot has seen, and that a newcomer brings."""
RATE = 50
"""Facts a second beside the swaps."""
QUIET = 500
"""Of them before the first swap, to compare with."""
SPAN, STAY = 5, 3
"""Of them from one swap to the next, and from a coin's coming to its going."""


class SwapFigures(Struct, frozen=True):
    """From a forecast's moment to its decision being on disk."""

    swaps: int
    """Coins that joined with their history, were traded, and left."""
    rate: int
    history: int
    without_swaps_ms: Percentiles
    with_swaps_ms: Percentiles


class _Watch:
    """Notes when each decision was durable, and who came and went."""

    def __init__(self) -> None:
        self.durable_at = array("d")
        self.joined = self.left = 0

    def forget(self) -> None:
        """What was before the first forecast that counts."""
        self.durable_at = array("d")
        self.joined = self.left = 0

    def publish(self, records: Sequence[Recorded]) -> None:
        now = time.perf_counter()
        for _, fact in records:
            if isinstance(fact, ForecastsWeighed):
                self.durable_at.append(now)
            elif isinstance(fact, CryptoStateChanged):
                self.joined += fact.after == "trading"
                self.left += fact.after == "gone"


def measure_swaps(swaps: int = 1_000) -> SwapFigures:
    """One run on a journal in a temporary folder of this machine's disk."""
    instruments = tuple(Instrument(coin) for coin in COINS)
    written = Configuration((TOPIC,), {TOPIC.name: COINS}, gate=None)
    start = started(written, instruments, HOUR, START, bot="bench", mode="demo")
    watch, inbox, due = _Watch(), Inbox(), array("d")
    with tempfile.TemporaryDirectory() as folder:
        journal = SqliteJournal.open(Path(folder) / "bench.db", "bench", SystemClock())
        with closing(journal):
            bot = live_bot(start, journal, [watch])
            _warm_up(bot)
            watch.forget()
            sender = Thread(target=_send, args=(inbox, due, swaps), daemon=True)
            sender.start()
            EngineLoop(bot, inbox, SystemClock()).run()
    late = (np.array(watch.durable_at) - np.array(due)) * 1e3
    return SwapFigures(
        min(watch.joined, watch.left),
        RATE,
        HISTORY,
        percentiles(late[QUIET // 5 : QUIET]),
        percentiles(late[QUIET:]),
    )


def _warm_up(bot: ReactiveBot) -> None:
    """The past, and one swap: compiled kernels are loaded before anything is timed."""
    bot.take(_past())
    at = Micros(START + PAST * HOUR)
    for joins in (True, False):
        for fact in (*_swap(at, at, _history(), joins=joins), _forecast(at, 0)):
            bot.take(fact)
    bot.flush()


def _send(inbox: Inbox, due: array[float], swaps: int) -> None:
    """At its own times, whatever the engine does. A coin comes just before a forecast."""
    closed, history = Micros(START + PAST * HOUR), _history()
    began = time.perf_counter()
    for number in range(QUIET + SPAN * swaps):
        moment = began + number / RATE
        while (left := moment - time.perf_counter()) > 0.0:
            time.sleep(left)
        at = Micros(closed + (number + 1) * SECOND)
        step = (number - QUIET) % SPAN
        if number >= QUIET and step in {0, STAY}:
            for fact in _swap(at, closed, history, joins=step == 0):
                inbox.put(fact)
        inbox.put(_forecast(at, number))
        due.append(moment)
    inbox.close()


def _swap(
    at: Micros, closed: Micros, history: tuple[Row, ...], *, joins: bool
) -> tuple[Outside, ...]:
    if not joins:
        return (RemoveCrypto(at, "bench", "a swap", NEWCOMER, "now"),)
    return (
        AddCrypto(at, "bench", "a swap", NEWCOMER, (TOPIC.name,)),
        CoinListed(at, Instrument(NEWCOMER), HOUR, closed, history),
    )


def _forecast(at: Micros, number: int) -> PredictionsIssued:
    values = tuple(0.01 if (number + place) % 2 else -0.01 for place in range(len(COINS)))
    return PredictionsIssued(at, (TOPIC.name,), COINS, (values,))


def _past() -> BarsClosed:
    bars = np.stack([_walk(PAST, seed) for seed in range(len(COINS))], axis=2)
    bars.flags.writeable = False
    return BarsClosed(Micros(START + PAST * HOUR), HOUR, COINS, bars)


def _history() -> tuple[Row, ...]:
    return tuple((row[0], row[1], row[2], row[3], row[4]) for row in _walk(HISTORY, 99).tolist())


def _walk(rows: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[row, field] of one coin."""
    moves = 0.005 * np.random.default_rng(seed).standard_normal(rows)
    closes = 100.0 * np.exp(np.cumsum(moves))
    opens = np.concatenate([[100.0], closes[:-1]])
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    return np.stack([opens, high, low, closes, np.full(rows, 1e6)], axis=1)
