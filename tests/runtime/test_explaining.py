"""Every row of a journal can be explained, and what was tampered with is found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.decisions import ForecastsWeighed
from trimtab.domain.reasons import Reason
from trimtab.domain.units import Micros
from trimtab.records.explanation import Evidence, Explanation, in_words
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.explaining import explained
from trimtab.runtime.reactive_bot import ReactiveBot

VERSIONS = {"trimtab": "1"}


@lru_cache(maxsize=1)
def journal() -> MemoryJournal:
    """A lively market with an operator in it."""
    chosen = world(8)
    start = replace(started(chosen.opened, LIVELY), versions=VERSIONS)
    kept = MemoryJournal(start.bot, StandingClock(start.at))
    bot = ReactiveBot(start, kept, EventDispatcher(), snapshot_every=100)
    for fact in one_by_one(with_orders(chosen.facts())):
        bot.take(fact)
    bot.finish()
    return kept


@lru_cache(maxsize=1)
def rows() -> list[JournalRow]:
    return list(journal().read())


KINDS = sorted({row.type for row in rows()})


def some(kind: str, count: int = 3) -> list[int]:
    """The first, the last, and some between."""
    seqs = [row.seq for row in rows() if row.type == kind]
    return seqs[:: max(1, len(seqs) // (count - 1))][: count - 1] + seqs[-1:]


def why(seq: int) -> Explanation:
    return explained(journal(), VERSIONS, seq)


def links(tree: Evidence) -> Iterator[Evidence]:
    yield tree
    for one in tree.led_to:
        yield from links(one)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fact_is_explained_and_comes_out_again(kind: str) -> None:
    for seq in some(kind):
        found = why(seq)
        assert (found.seq, found.type) == (seq, kind)
        assert found.recomputed in {"identical", "nothing to recompute"}
        assert [link.seq for link in links(found.evidence) if link.asked] == [seq]
        assert len(list(in_words(found))) > 2


def titles(seq: int) -> list[str]:
    return [link.title for link in links(why(seq).evidence)]


def test_an_adaptation_is_told_from_its_trigger_to_its_end() -> None:
    judged = some("adaptation_judged")[0]
    told = titles(judged)
    order = ["adaptation proposed", "adaptation applied", "adaptation judged"]
    assert [title for title in told if title in order] == order
    assert told[0] in {"volatility spike", "market regime change"}
    applied = next(link for link in links(why(judged).evidence) if link.title == order[1])
    assert {"before hash", "after hash", "expected low", "stage"} <= set(applied.figures)


def test_a_refusal_says_what_was_wanted_and_what_stood_against_it() -> None:
    found = why(some("adaptation_refused")[0])
    assert found.because
    assert found.evidence.title in {
        "bars closed",
        "inject event",
        "roll back",
        "predictions issued",
    }


def weighed() -> list[tuple[int, ForecastsWeighed]]:
    return [
        (row.seq, json.decode(row.payload, type=ForecastsWeighed))
        for row in rows()
        if row.type == "forecasts_weighed"
    ]


def test_every_forecast_is_told_with_its_figures_traded_or_not() -> None:
    seq, told = weighed()[-1]
    pairs = [link for link in links(why(seq).evidence) if " on " in link.title]
    codes = [link.figures["reason code"] for link in pairs]
    assert codes == [code for line in told.reasons for code in line if code != Reason.NO_FORECAST]
    for link in pairs:
        assert {"forecast bp", "P(net edge > 0)", "net edge bp", "round trip bp"} <= set(
            link.figures
        )
        assert ("not traded" in link.because) is (link.figures["reason code"] != Reason.TRADED)


def test_figures_are_told_in_full_where_the_journal_rounds_them() -> None:
    seq, told = weighed()[-1]
    pairs = [link for link in links(why(seq).evidence) if " on " in link.title]
    stored = [value for line in told.probability for value in line if value is not None]
    full = [link.figures["P(net edge > 0)"] for link in pairs]
    assert full == pytest.approx(stored, abs=6e-4)
    assert full != stored


def test_an_order_is_told_from_the_forecast_behind_it() -> None:
    fills = {"order filled", "order intended"}
    for seq in some("order_filled", 6):
        told = titles(seq)
        assert told[0] == "predictions issued"
        assert fills <= set(told)


def test_an_exit_names_the_entry_that_it_closes() -> None:
    exits = [row.seq for row in rows() if '"purpose":"horizon"' in row.payload]
    purposes = [
        link.figures["purpose"]
        for link in links(why(exits[0]).evidence)
        if "purpose" in link.figures
    ]
    assert purposes == ["entry", "horizon"]


class Tampered:
    """The same journal, but one row says something else."""

    def __init__(self, seq: int, before: str, after: str) -> None:
        self._seq, self._before, self._after = seq, before, after
        self._journal = journal()

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        for row in self._journal.read(after, until):
            yield replace(row, payload=self._changed(row.seq, row.payload))

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        for seq, outside, kind, payload in self._journal.stored(after, until):
            yield seq, outside, kind, self._changed(seq, payload)

    def _changed(self, seq: int, payload: str) -> str:
        return payload.replace(self._before, self._after) if seq == self._seq else payload


@pytest.mark.parametrize(
    ("kind", "before", "after", "field"),
    [
        ("order_intended", '"side":"buy"', '"side":"sell"', "side"),
        ("adaptation_applied", '"stage":"full"', '"stage":"limited"', "stage"),
        ("forecasts_weighed", '"reasons":[[', '"reasons":[[7,', "reasons"),
    ],
)
def test_a_tampered_decision_is_found(kind: str, before: str, after: str, field: str) -> None:
    seq = next(row.seq for row in rows() if row.type == kind and before in row.payload)
    found = explained(Tampered(seq, before, after), VERSIONS, seq)  # type: ignore[arg-type]
    assert found.recomputed == "different"
    assert [(one.seq, one.field) for one in found.differing] == [(seq, field)]
    assert list(in_words(found))[-1].startswith(f"seq {seq}, {field}: stored ")


def test_a_stretch_of_another_version_is_told_but_not_compared() -> None:
    seq = some("order_intended")[0]
    assert explained(journal(), {"trimtab": "2"}, seq).recomputed == "made by another version"


@pytest.mark.parametrize("seq", [0, 10**9])
def test_a_row_that_is_not_there_is_said_to_be_so(seq: int) -> None:
    with pytest.raises(LookupError, match=f"seq {seq}: there is no such row; it has 1 to"):
        why(seq)


def test_an_explanation_can_be_sent() -> None:
    found = why(some("order_intended")[0])
    assert json.decode(json.encode(found), type=Explanation) == found


def test_the_moment_is_told_in_utc() -> None:
    found = why(1)
    assert f"{found.type}" == "engine_started"
    assert "UTC" in next(iter(in_words(found)))
    assert found.at == Micros(rows()[0].at)
