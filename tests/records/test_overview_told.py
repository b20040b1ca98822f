"""A page that follows the patches knows what the server knows, however facts are grouped."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.dashboard.story import story
from tests.records.overview_words import applied, hear_all
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Micros
from trimtab.records.overview import START, Overview, see
from trimtab.records.overview_patch import Patch
from trimtab.records.overview_told import QUIET, Told

RECORDS = tuple(story(hours=230))
cuts = some.lists(some.integers(0, len(RECORDS)), max_size=20)


def folded() -> Overview:
    overview = START
    for seq, fact in RECORDS:
        overview = see(overview, seq, fact)
    return overview


def told(cut_at: list[int]) -> tuple[Told, list[Patch]]:
    state, patches = Told(), list[Patch]()
    for start, end in pairwise([0, *sorted(cut_at), len(RECORDS)]):
        state, some_patches = hear_all(state, RECORDS[start:end])
        patches += some_patches
    return state, patches


WHOLE = folded()


@given(cuts)
@settings(max_examples=15)
def test_in_groups_of_any_size_the_page_ends_with_what_the_journal_says(cut_at: list[int]) -> None:
    _, patches = told(cut_at)
    page = START
    for patch in patches:
        page = applied(page, patch)
    assert page == WHOLE


@given(cuts)
@settings(max_examples=15)
def test_every_decision_is_told_under_its_own_tag_and_seq(cut_at: list[int]) -> None:
    _, patches = told(cut_at)
    expected = [
        (seq, tag)
        for seq, fact in RECORDS
        if (tag := str(fact.__struct_config__.tag)) not in {*QUIET, "predictions_issued"}
    ]
    assert [(each.seq, each.type) for each in patches if each.type not in QUIET] == expected


def test_a_fact_that_shows_nothing_is_not_told_but_leaves_no_gap() -> None:
    state, _ = hear_all(Told(), RECORDS[:2])
    seq = state.now.seq
    silent, nothing = hear_all(state, [(seq + 1, TimePassed(Micros(0)))])
    _, patches = hear_all(silent, [(seq + 2, RECORDS[2].fact), *[(9_999, RECORDS[4].fact)]])
    assert nothing == []
    assert patches[0].after == seq


def test_a_patch_names_only_what_changed() -> None:
    state, _ = hear_all(Told(), RECORDS[:100])
    closing = next(
        each for each in RECORDS[100:] if each.fact.__struct_config__.tag == "bars_closed"
    )
    _, patches = hear_all(state, [closing])
    named = {name for name in Patch.__struct_fields__ if _named(patches[0], name)}
    assert named <= {"type", "seq", "after", "at", "candles", "positions", "account"}


def _named(patch: Patch, name: str) -> bool:
    return str(getattr(patch, name)) != "UNSET"
