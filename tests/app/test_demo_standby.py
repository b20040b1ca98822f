"""trimtab demo --standby: two on one journal; one is killed, the other goes on where it ended."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, contextmanager
from time import perf_counter

import msgspec
import pytest

from tests.builders.commands import trimtab
from tests.builders.demo import Demo
from tests.builders.files import Files
from tests.builders.postgres import Server
from trimtab.app.demo_market import Scenes, recorded_scenes
from trimtab.app.going_on import Reached, rest
from trimtab.app.journals import history
from trimtab.app.recording import Files as Asked
from trimtab.app.recording import read_recording
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed
from trimtab.domain.tags import tag_of
from trimtab.domain.units import HOUR, Micros
from trimtab.records.journal_row import JournalRow, verify

TAKEN_OVER_WITHIN = 5.0
"""Seconds."""

SLOW, FAST = 3_600, 100_000
"""Market seconds a second: the first does not come to the end, the second does so soon."""

MARKET = ("funding_paid", "bars_closed", "predictions_issued")


@contextmanager
def demo(recorded: Files, place: str, speed: int) -> Generator[Demo]:
    one = Demo(recorded, place, "--standby", "--speed", speed)
    try:
        yield one
    finally:
        one.kill()


def rows(place: str) -> list[JournalRow]:
    with closing(history(place)) as journal:
        return list(journal.read())


def told(found: list[JournalRow]) -> list[tuple[int, int]]:
    """Moment and kind of all facts of the market, in order."""
    outside = (row for row in found if row.causation_id is None and row.type in MARKET)
    return [(row.at, MARKET.index(row.type)) for row in outside]


def test_the_one_that_waited_goes_on_within_seconds_and_nothing_is_lost_or_doubled(
    postgres: Server, recorded: Files
) -> None:
    place = postgres.place()
    with demo(recorded, place, SLOW) as writing, demo(recorded, place, FAST) as waiting:
        writing.said("playing the present")
        waiting.said("standing by for demo")
        code, health = waiting.ask("/readyz")
        assert (code, msgspec.json.decode(health)["status"]) == (503, "standby")
        assert msgspec.json.decode(health)["because"] == "another engine writes demo"
        before = len(rows(place))
        writing.kill()
        begun = perf_counter()
        waiting.said("no other engine writes demo: this one goes on after seq")
        waiting.said("playing the present")
        assert perf_counter() - begun <= TAKEN_OVER_WITHIN
        waiting.said("0 errors")  # it has played to the end of the record
    found = rows(place)
    assert verify(found) is None
    assert len(found) > before
    market = told(found)
    assert market == sorted(set(market))
    whole = [(at, MARKET.index(kind)) for at, kind, _ in pieces(everything(recorded))]
    blocks = {one for one in whole if one[1] == 1}
    assert set(market) - blocks == set(whole) - blocks
    assert market[-1] == whole[-1]
    assert [row.type for row in found].count("engine_started") == 2
    answer = trimtab("replay", place, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["compared"]) == (0, 0, True)


def test_ctrl_c_ends_the_waiting_well(postgres: Server, recorded: Files) -> None:
    place = postgres.place()
    with demo(recorded, place, SLOW) as writing, demo(recorded, place, FAST) as waiting:
        writing.said("playing the present")
        waiting.said("standing by for demo")
        assert waiting.end()[0] == 0
        assert writing.end()[0] == 0


def test_another_market_is_not_gone_on_with(postgres: Server, recorded: Files) -> None:
    place = postgres.place()
    quick = ("demo", "--standby", "--headless", "--for", 1, "--speed", 1e9, "--journal", place)
    assert trimtab(*quick, *recorded.options()).code == 0
    answer = trimtab(*quick, "--seed", 8)
    assert answer.code == 2
    assert "was begun on another market, recorded candles: name the same one" in answer.err


@pytest.mark.parametrize("words", [(), ("--journal", "run.db")], ids=["none", "file"])
def test_a_standby_needs_a_journal_on_postgresql(words: tuple[str, ...]) -> None:
    answer = trimtab("demo", "--standby", "--headless", *words)
    assert answer.code == 2
    assert "a standby needs a journal on PostgreSQL: name its URL by --journal" in answer.err


def everything(recorded: Files) -> list[Outside]:
    scenes = recorded_scenes(read_recording(Asked(*recorded)))
    return [*scenes.past(), *scenes.live()]


def pieces(facts: list[Outside]) -> list[tuple[int, str, bytes]]:
    """Every row of bars, and every other fact, with its moment."""
    found = list[tuple[int, str, bytes]]()
    for fact in facts:
        if isinstance(fact, BarsClosed):
            closes = [fact.at - HOUR * back for back in reversed(range(len(fact.bars)))]
            found += [
                (at, tag_of(fact), row.tobytes()) for at, row in zip(closes, fact.bars, strict=True)
            ]
        else:
            found.append((fact.at, tag_of(fact), b""))
    return found


@pytest.fixture(scope="module")
def scenes(recorded: Files) -> Scenes:
    return recorded_scenes(read_recording(Asked(*recorded)))


def test_what_is_left_of_a_market_begins_after_any_place_of_it(scenes: Scenes) -> None:
    facts = [*scenes.past(), *scenes.live()]
    whole = pieces(facts)
    for place in range(0, len(whole), len(whole) // 60):
        at, kind, _ = whole[place]
        done = Reached(Micros(at), MARKET.index(kind))
        assert pieces(list(rest(facts, done))) == whole[place + 1 :]
    assert pieces(list(rest(facts, None))) == whole
