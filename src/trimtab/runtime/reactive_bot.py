"""ReactiveBot: record, adopt, act. The one loop of demo, backtest, paper and live."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import CLOSE, Bars, BarsClosed, EngineStarted
from trimtab.domain.units import Coin, Micros
from trimtab.mind.advance import advance
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.mind.receiving import received
from trimtab.ports import Journal, Recorded, Step
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.listener import Standing
from trimtab.runtime.snapshot_keeper import SNAPSHOT_EVERY, SnapshotKeeper


class Past(NamedTuple):
    """What an earlier start left behind: the state after `seq`, the last fact of the journal."""

    mind: Mind
    seq: int


class ReactiveBot:
    """Folds facts, journals them with all they led to, and publishes what is durable.

    `group`: facts that may wait for one flush; 1 makes every step durable before it is acted on.
    """

    def __init__(
        self,
        started: EngineStarted,
        journal: Journal,
        dispatcher: EventDispatcher,
        group: int = 1,
        *,
        past: Past | None = None,
        snapshot_every: int = SNAPSHOT_EVERY,
        watch: Callable[[Mind], None] | None = None,
    ) -> None:
        """`started` is recorded at once; `past`: where the bot goes on, nothing at the first start.

        `snapshot_every`: durable facts from one kept state to the next. `watch` is shown the state
        after every stretch of bars, for what no fact tells: in backtests, not where orders are real.
        """
        self.mind = Mind.of(started) if past is None else past.mind
        self._journal = journal
        self._dispatcher = dispatcher
        self.group = group
        self._watch = watch
        self._waiting: list[Step] = []
        self._facts_waiting = 0
        self._last_seq = 0 if past is None else past.seq
        self._durable = self.mind
        self._keeper = SnapshotKeeper(journal, snapshot_every, self._last_seq)
        self.facts = 0
        """Recorded so far, derived ones included."""
        self.bars = 0
        self._record(started, *((self.mind, []) if past is None else react(self.mind, started)))

    def take(self, fact: Outside) -> None:
        """One fact from outside: decided, recorded and, once durable, published."""
        if isinstance(fact, BarsClosed):
            self._take_bars(fact)
            return
        mind, derived = react(self.mind, fact)
        self._record(fact, mind, derived)

    def flush(self) -> None:
        """Makes all of it durable and publishes it. On failure the last durable state stands."""
        if not self._waiting:
            return
        try:
            self._journal.flush()
        except Exception:
            self._fall_back()
            raise
        self._durable = self.mind
        steps, self._waiting, self._facts_waiting = self._waiting, [], 0
        self._dispatcher.publish(self._numbered(steps))
        self._keeper.durable(self._last_seq, steps[-1].outside.at, self.mind)

    def finish(self) -> None:
        """All of it durable, and the state kept: the next start has nothing to fold again."""
        self.flush()
        self._dispatcher.drain()
        self._keeper.keep()

    @property
    def listener_errors(self) -> list[str]:
        """What went wrong in those who listen; the bot itself was not touched by it."""
        return list(self._dispatcher.errors)

    @property
    def listeners(self) -> list[Standing]:
        """How far each of those who listen has got. May be read from any thread."""
        return self._dispatcher.standings

    def _take_bars(self, fact: BarsClosed) -> None:
        """Cuts the block where something happens: nobody trades past his own fills."""
        self.mind, bars = received(self.mind, fact)
        if not len(bars):  # late, doubled, or of another length: kept, and nothing follows
            self._record(fact, self.mind, [])
            return
        whole = not np.isnan(bars[:, CLOSE]).any()
        row = 0
        while row < len(bars):
            mind, derived, stop = advance(self.mind, bars, row)
            at = Micros(fact.at - (len(bars) - stop) * fact.interval)
            rows = bars[row:stop]
            coins, closed = (mind.coins, rows) if whole else _closed(mind.coins, rows)
            self._record(BarsClosed(at, fact.interval, coins, closed), mind, derived)
            if self._watch is not None:
                self._watch(mind)
            self.bars += (stop - row) * bars.shape[2]
            row = stop

    def _record(self, fact: Outside, mind: Mind, derived: list[Derived]) -> None:
        step = Step(fact, mind.instant, mind.ordinal - len(derived), derived)
        try:
            self._journal.append(step)
        except Exception:
            self._fall_back()
            raise
        self.mind = mind
        self.facts += 1 + len(derived)
        self._waiting.append(step)
        self._facts_waiting += 1 + len(derived)
        if self._facts_waiting >= self.group:
            self.flush()

    def _fall_back(self) -> None:
        """To the last durable state, as the journal did."""
        self.mind = self._durable
        self.facts -= self._facts_waiting
        self._waiting, self._facts_waiting = [], 0

    def _numbered(self, steps: list[Step]) -> list[Recorded]:
        first = self._last_seq + 1
        facts = [fact for step in steps for fact in (step.outside, *step.derived)]
        self._last_seq += len(facts)
        return [Recorded(seq, fact) for seq, fact in enumerate(facts, first)]


def _closed(coins: tuple[Coin, ...], bars: Bars) -> tuple[tuple[Coin, ...], Bars]:
    """The coins that closed in any of the rows, and their bars.

    All coins where none did: rows without any bar are rows still.
    """
    closed: NDArray[np.bool_] = np.asarray(~np.isnan(bars[:, CLOSE]).all(axis=0))
    if closed.all() or not closed.any():
        return coins, bars
    present = np.ascontiguousarray(bars[:, :, closed])
    present.flags.writeable = False
    return tuple(coin for coin, here in zip(coins, closed.tolist(), strict=True) if here), present
