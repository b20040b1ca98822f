"""Whatever is done with a journal on disk, in whatever order: it is the one in memory that lasts."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.builders.soak import rounds
from tests.contracts.journals import BOT, busy, fill, pause, quiet, state_of
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.domain.units import Micros
from trimtab.ports import Condition, Journal, RefusedError
from trimtab.records.journal_row import verify

KINDS = (quiet, busy, pause, fill)
TYPES = ("pause", "safety_paused", "volatility_spike", "order_filled")


class AnyUse(RuleBasedStateMachine):
    """Both journals are told the same; at every moment both show the same."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._clock = StandingClock()
        self._model = MemoryJournal(BOT, self._clock)
        self._journal = self._opened()
        self._steps = 0
        self._durable = 0

    @rule(kind=some.sampled_from(KINDS), seconds=some.integers(0, 9))
    def append(self, kind: object, seconds: int) -> None:
        self._steps += 1
        self._clock.set(Micros(self._clock.now() + seconds * 1_000_000))
        step = next(one for one in KINDS if one is kind)(self._steps)
        assert self._journal.append(step) == self._model.append(step)

    @rule(
        kind=some.sampled_from(KINDS), types=some.sets(some.sampled_from(TYPES)), back=some.integers(0, 9)
    )  # fmt: skip
    def append_unless(self, kind: object, types: set[str], back: int) -> None:
        self._steps += 1
        step = next(one for one in KINDS if one is kind)(self._steps)
        unless = Condition(frozenset(types), max(0, self._durable - back))
        assert self._journal.append(step, unless) == self._model.append(step, unless)

    @rule()
    def flush(self) -> None:
        said = [self._flushed(journal) for journal in (self._journal, self._model)]
        assert said[0] == said[1]
        if isinstance(said[0], int):
            self._durable = said[0]

    @precondition(lambda self: self._durable > 0)
    @rule(share=some.floats(0.0, 1.0))
    def keep(self, share: float) -> None:
        snapshot = state_of(max(1, round(share * self._durable)))
        self._journal.keep(snapshot)
        self._model.keep(snapshot)

    @rule()
    def reopen(self) -> None:
        self.flush()
        self._journal.close()
        self._journal = self._opened()
        assert self._journal.flush() == self._durable

    @rule()
    def die(self) -> None:
        """As kill -9: what was not flushed is gone. The model forgets it by a refusal."""
        self._journal.abandon()
        self._journal = self._opened()
        self._model.append(quiet(0), Condition(frozenset({"bars_closed"}), -1))
        self._model.append(quiet(0), Condition(frozenset({"bars_closed"}), -1))
        assert isinstance(self._flushed(self._model), str)

    @invariant()
    def both_show_the_same(self) -> None:
        rows = list(self._journal.read())
        assert rows == list(self._model.read())
        assert verify(rows) is None
        assert self._journal.snapshot() == self._model.snapshot()

    def teardown(self) -> None:
        self._journal.abandon()
        self._folder.cleanup()

    def _opened(self) -> SqliteJournal:
        return SqliteJournal.open(Path(self._folder.name) / "run.db", BOT, self._clock)

    @staticmethod
    def _flushed(journal: Journal) -> int | str:
        try:
            return journal.flush()
        except RefusedError as error:
            return str(error)


TestAnyUse = AnyUse.TestCase
TestAnyUse.settings = settings(
    max_examples=rounds(5, 300),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
