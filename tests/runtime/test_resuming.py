"""A restart goes on where the journal ends: nothing is forgotten, and nothing is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import COINS, LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.app.compose import live_bot
from trimtab.app.errors import UserError
from trimtab.domain.canonical import decode
from trimtab.domain.commands import SetStage
from trimtab.domain.configuration import Gate, RiskLimits
from trimtab.domain.decisions import AdaptationJudged, RiskAdjustment, StageChanged
from trimtab.domain.facts import Outside
from trimtab.domain.observations import SCHEMA, EngineStarted, TimePassed
from trimtab.domain.units import HOUR, Leverage, Micros
from trimtab.mind.mind import Mind
from trimtab.ports import JournalError, Recorded
from trimtab.records import snapshot
from trimtab.records.journal_row import JournalRow
from trimtab.records.overview import Overview, see
from trimtab.records.snapshot import Snapshot
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import Past, ReactiveBot
from trimtab.runtime.replay import replayed
from trimtab.runtime.resuming import resumed

EAGER = replace(LIVELY, gate=None)
VERSIONS = {"trimtab": "1"}


def begun(at: Micros) -> EngineStarted:
    return replace(started(at, EAGER), versions=VERSIONS)


def in_memory(start: EngineStarted) -> MemoryJournal:
    return MemoryJournal(start.bot, StandingClock(start.at))


def gone_on(
    journal: MemoryJournal, start: EngineStarted, facts: Sequence[Outside], every: int = 50
) -> ReactiveBot:
    """Starts, new or again, takes the facts, and is gone as if by kill -9."""
    past = resumed(journal, VERSIONS)
    bot = ReactiveBot(start, journal, EventDispatcher(), past=past, snapshot_every=every)
    for fact in facts:
        bot.take(fact)
    return bot


@settings(max_examples=6)
@given(
    some.integers(0, 2**32 - 1),
    some.lists(some.integers(0, 10_000), min_size=1, max_size=3),
    some.sampled_from([1, 40, 1_000_000]),
)
def test_however_often_it_is_restarted_the_same_comes_out(
    seed: int, places: list[int], every: int
) -> None:
    chosen = world(seed, 200)
    orders = with_orders(chosen.facts())  # a stage set by hand is told again at a restart
    facts = one_by_one(fact for fact in orders if not isinstance(fact, SetStage))
    start = begun(chosen.opened)
    unbroken = in_memory(start)
    whole = gone_on(unbroken, start, facts)

    journal = in_memory(start)
    cuts = sorted({0, len(facts), *(each % len(facts) for each in places)})
    bots = [
        gone_on(
            journal, replace(start, at=facts[first - 1].at if first else start.at),
            facts[first:last], every,
        )
        for first, last in pairwise(cuts)
    ]  # fmt: skip

    rows = list(journal.read())
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert concluded(rows) == concluded(unbroken.read())
    assert snapshot.encode(replace(bots[-1].mind, started=start)) == snapshot.encode(whole.mind)
    replay = replayed(rows, VERSIONS, compare=True)
    assert (replay.differences, replay.compared) == ((), True)
    assert snapshot.encode(replay.mind) == snapshot.encode(bots[-1].mind)


def concluded(rows: Iterator[JournalRow] | list[JournalRow]) -> list[tuple[str, str]]:
    return [(row.event_id, row.payload) for row in rows if row.causation_id is not None]


def test_where_nothing_was_recorded_there_is_no_past() -> None:
    assert resumed(in_memory(begun(Micros(0))), VERSIONS) is None


def short_run() -> tuple[MemoryJournal, ReactiveBot]:
    chosen = world(3, 120)
    start = begun(chosen.opened)
    journal = in_memory(start)
    return journal, gone_on(journal, start, one_by_one(chosen.facts()))


class Patched:
    """A journal of which some rows or states are others."""

    def __init__(self, rows: list[JournalRow], states: list[Snapshot]) -> None:
        self._rows = rows
        self._states = states

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        last = len(self._rows) if until is None else until
        return iter(self._rows[after:last])

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        fitting = [each for each in self._states if until is None or each.seq <= until]
        return fitting[-1] if fitting else None


def states_of(journal: MemoryJournal) -> list[Snapshot]:
    """Those that are kept with their bytes."""
    found: list[Snapshot] = []
    kept = journal.snapshot()
    while kept is not None:
        found.insert(0, kept)
        kept = journal.snapshot(kept.seq - 1)
    return found


def test_a_state_of_another_form_is_passed_over_for_the_one_before() -> None:
    journal, bot = short_run()
    *older, newest = states_of(journal)
    assert older
    broken = replace(newest, state=snapshot.encode({"another": "form"}))
    past = resumed(Patched(list(journal.read()), [*older, broken]), VERSIONS)
    assert past is not None
    assert snapshot.encode(past.mind) == snapshot.encode(bot.mind)


def test_a_state_of_another_version_is_taken_where_its_form_fits() -> None:
    journal, bot = short_run()
    past = resumed(journal, {"trimtab": "2"})
    assert past == Past(past.mind if past else bot.mind, bot.facts)
    assert past is not None
    assert snapshot.encode(past.mind) == snapshot.encode(bot.mind)


def test_arrays_of_another_layout_do_not_fit() -> None:
    journal, _ = short_run()
    newest = states_of(journal)[-1]
    assert newest.state is not None
    mind = snapshot.decode(newest.state, Mind)
    other = replace(mind, books=replace(mind.books, marks=mind.books.marks.astype("f4")))
    kept = snapshot.taken(newest.seq, newest.at, {"trimtab": "1"}, other)
    with pytest.raises(JournalError, match="made by trimtab 1, and no state is kept"):
        resumed(Patched(list(journal.read()), [kept]), {"trimtab": "2"})


def test_a_journal_of_a_newer_schema_is_refused_even_where_its_state_fits() -> None:
    journal, _ = short_run()
    first, *others = journal.read()
    said, newer = f'"schema":{SCHEMA}', f'"schema":{SCHEMA + 1}'
    rows = [replace(first, payload=first.payload.replace(said, newer)), *others]
    newest = states_of(journal)[-1]
    assert newest.state is not None
    mind = snapshot.decode(newest.state, Mind)
    later = replace(mind, started=replace(mind.started, schema=SCHEMA + 1))
    kept = snapshot.taken(newest.seq, newest.at, {"trimtab": "2"}, later)
    with pytest.raises(JournalError, match=f"schema {SCHEMA + 1}, and this program knows"):
        resumed(Patched(rows, [kept]), VERSIONS)


def test_history_is_not_folded_with_the_rules_of_another_version() -> None:
    journal, _ = short_run()
    with pytest.raises(JournalError, match="start that version once and let it end by itself"):
        resumed(Patched(list(journal.read()), []), {"trimtab": "2"})


def test_what_does_not_come_out_as_it_stands_is_named() -> None:
    journal, _ = short_run()
    rows = list(journal.read())
    place = next(i for i, row in enumerate(rows) if row.type == "order_intended")
    rows[place] = replace(rows[place], payload=rows[place].payload.replace("buy", "sell"))
    rows[place] = replace(rows[place], event_id="another")
    with pytest.raises(JournalError, match=r"seq \d+: trimtab 1 decided otherwise here"):
        resumed(Patched(rows, []), VERSIONS)


def test_a_journal_begins_with_a_start() -> None:
    journal, _ = short_run()
    rows = [row for row in journal.read() if row.type != "engine_started"]
    with pytest.raises(JournalError, match="not with engine_started"):
        resumed(Patched(rows, []), VERSIONS)


def restarted(journal: MemoryJournal, bot: ReactiveBot, **written: object) -> ReactiveBot:
    """Under another configuration."""
    start = bot.mind.started
    again = replace(start, at=bot.mind.instant, configuration=replace(EAGER, **written))
    return live_bot(again, journal, [])


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"topics": EAGER.topics[:1]}, "topics"),
        ({"capital": 5.0, "costs": replace(EAGER.costs, taker_fee=9.0)}, "costs, capital"),
    ],
)
def test_what_the_state_cannot_take_is_refused_before_anything_is_recorded(
    written: dict[str, object], named: str
) -> None:
    journal, bot = short_run()
    with pytest.raises(UserError, match=rf"another configuration \({named}\)"):
        restarted(journal, bot, **written)
    assert len(list(journal.read())) == bot.facts


def test_other_coins_are_refused() -> None:
    journal, bot = short_run()
    fewer = replace(bot.mind.started, instruments=COINS[:2])
    with pytest.raises(UserError, match=r"another configuration \(coins\)"):
        live_bot(fewer, journal, [])


def told(journal: MemoryJournal, after: int) -> list[object]:
    return [decode(row.payload) for row in journal.read(after)]


def overview_of(journal: MemoryJournal) -> Overview:
    overview = Overview()
    for row in journal.read():
        overview = see(overview, row.seq, decode(row.payload))
    return overview


def test_a_configuration_written_anew_is_in_force_and_ends_the_contracts() -> None:
    journal, bot = short_run()
    wanted = RiskLimits(Leverage(1.5), {COINS[0].coin: Leverage(1.0)}, 0.08)
    again = restarted(journal, bot, risk=wanted, gate=Gate(0.5, 0.4))
    assert again.mind.adaptation.configuration.risk == wanted
    assert again.mind.adaptation.contracts == ()
    assert len(again.mind.books.trials) == 0
    facts = told(journal, bot.facts + 1)
    assert [each for each in facts if isinstance(each, RiskAdjustment)]
    judged = [each.verdict for each in facts if isinstance(each, AdaptationJudged)]
    assert judged == ["superseded"] * len(bot.mind.adaptation.contracts)
    again.take(TimePassed(Micros(again.mind.instant + HOUR)))
    assert replayed(list(journal.read()), VERSIONS, compare=True).differences == ()
    in_force = overview_of(journal).in_force
    assert in_force is not None
    assert (in_force.leverage, in_force.coin_leverage[COINS[0].coin]) == (1.5, 1.0)


def test_what_an_adaptation_or_an_operator_put_in_force_stands() -> None:
    journal, bot = short_run()
    bot.take(SetStage(bot.mind.instant, "ada", "careful", "limited"))
    before = bot.mind
    again = live_bot(replace(before.started, at=before.instant), journal, [])
    assert again.mind.adaptation == before.adaptation
    assert told(journal, bot.facts)[1:] == [
        StageChanged(before.instant, "full", "limited", "as before the restart")
    ]
    assert overview_of(journal).bot.stage == "limited"  # type: ignore[union-attr]


def test_a_stage_written_anew_is_in_force() -> None:
    journal, bot = short_run()
    again = live_bot(replace(bot.mind.started, stage="shadow"), journal, [])
    assert again.mind.adaptation.safety.stage == "shadow"


def test_whoever_listens_hears_seqs_that_go_on() -> None:
    journal, bot = short_run()
    heard: list[Recorded] = []

    class Listener:
        def publish(self, records: Sequence[Recorded]) -> None:
            heard.extend(records)

    live_bot(bot.mind.started, journal, [Listener()])
    assert [each.seq for each in heard] == [bot.facts + 1]
