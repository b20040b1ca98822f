"""Where the engine's facts come in and every page's messages go out.

`publish` belongs to the engine's thread: it appends to a bounded deque and wakes the server's
loop, nothing more. Everything else runs on that loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from trimtab.dashboard.messages import Alive, Resync, Snapshot, encode
from trimtab.ports import EngineState, Recorded
from trimtab.records.command_log import CommandLog
from trimtab.records.crypto_mix_handler import CryptoMixHandler
from trimtab.records.market_context_handler import MarketContextHandler
from trimtab.records.overview import Overview
from trimtab.records.overview_patch import Patch
from trimtab.records.overview_told import Told
from trimtab.records.read_model import ReadModel
from trimtab.records.risk_adjustment_handler import RiskAdjustmentHandler
from trimtab.records.rule_weights import RuleWeights

BACKLOG = 100_000
"""Facts that may wait; older ones are dropped and read again from the journal."""

AT_ONCE = 32
"""Facts folded before others may use the loop; fewer messages than a client's queue takes."""

FRAME = 1 / 60
"""Seconds between two rounds of messages: a browser does not paint faster."""

FLOOD, IN_FLOOD = 64, 0.25
"""From so many facts a round on, seconds to the next: a page has to paint what it is told."""

History = Callable[[int], Iterable[Recorded]]
"""Reads the journal after a seq."""


def no_history(_: int) -> Iterable[Recorded]:
    """For sources that cannot be read again."""
    return ()


class Hub:
    """Folds durable facts into the overview and hands every change to the listeners."""

    def __init__(self, history: History = no_history) -> None:
        self._history = history
        self._waiting: deque[Recorded] = deque(maxlen=BACKLOG)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._told = Told()
        self._snapshot: tuple[int, str] | None = None
        self._listener: Callable[[str], None] = _nobody
        self._engine: Callable[[], EngineState | None] = _no_engine
        self._started = self._heard = 0.0
        self.facts = 0
        """Facts folded since the start."""
        self.context = ReadModel(MarketContextHandler())
        self.mix = ReadModel(CryptoMixHandler())
        self.risk = ReadModel(RiskAdjustmentHandler())
        self.rules = ReadModel(RuleWeights())
        self.commands = ReadModel(CommandLog())

    def publish(self, records: Sequence[Recorded]) -> None:
        """Takes durable facts, in order of seq. Never blocks, never raises."""
        self._waiting.extend(records)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            _poke(loop, self._wake)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Whoever gets every message from now on."""
        self._listener = listener

    def watch(self, engine: Callable[[], EngineState]) -> None:
        """Where to ask from now on how the engine is."""
        self._engine = engine

    @property
    def engine(self) -> EngineState | None:
        """As it is now; None where nobody can tell."""
        return self._engine()

    @property
    def overview(self) -> Overview:
        """What every page has been told."""
        return self._told.known

    @property
    def backlog(self) -> int:
        """Facts that wait to be folded."""
        return len(self._waiting)

    def snapshot(self) -> str:
        """The first message of a page; encoded once for all that ask at the same seq."""
        known = self._told.known
        if self._snapshot is None or self._snapshot[0] != known.seq:
            self._snapshot = known.seq, encode(Snapshot(known.seq, known))
        return self._snapshot[1]

    def resync(self) -> str:
        """What a page is told that was too slow."""
        return encode(Resync(self._told.known.seq))

    async def run(self) -> None:
        """Folds and tells until cancelled. First what the journal already holds."""
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._started = self._heard = self._loop.time()
        await self._recall()
        self._tell()
        self._wake.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat())
            tasks.create_task(self._follow())

    async def _recall(self) -> None:
        """What was recorded before, a little at a time: the page is served meanwhile."""
        past = iter(self._history(self._told.now.seq))
        while some := list(islice(past, AT_ONCE)):
            self._hear(some)
            await asyncio.sleep(0)

    async def _follow(self) -> None:
        """At once where little happens; in a flood less often and more at a time."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            before = self.facts
            while self._waiting:
                self._hear(self._next())
                await asyncio.sleep(0)
            self._tell()
            await asyncio.sleep(FRAME if self.facts - before < FLOOD else IN_FLOOD)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = asyncio.get_running_loop().time()
            seq = self._told.known.seq
            self._listener(encode(Alive(seq, now - self._started, now - self._heard)))

    def _next(self) -> Iterator[Recorded]:
        """The next facts; what is missing before them is read from the journal."""
        seq = self._told.now.seq
        for _ in range(min(AT_ONCE, len(self._waiting))):
            record = self._waiting.popleft()
            if record.seq > seq + 1:
                yield from (each for each in self._history(seq) if each.seq < record.seq)
            if record.seq > seq:
                yield record
                seq = record.seq

    def _hear(self, records: Iterable[Recorded]) -> None:
        """Folds facts; what is told under a name of its own is told now."""
        for record in records:
            self._told, patches = self._told.hear(record.seq, record.fact)
            for model in (self.context, self.mix, self.risk, self.rules, self.commands):
                model.publish((record,))
            self._say(patches)
            self.facts += 1
        self._heard = asyncio.get_running_loop().time()

    def _tell(self) -> None:
        self._told, patches = self._told.tell()
        self._say(patches)

    def _say(self, patches: Iterable[Patch]) -> None:
        for patch in patches:
            self._listener(encode(patch))


def _poke(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    try:
        loop.call_soon_threadsafe(event.set)
    except RuntimeError:  # closed in between: nobody is left to tell
        return


def _nobody(_: str) -> None:
    """Before the server listens."""


def _no_engine() -> EngineState | None:
    """Before one runs."""
