"""Rows are the same however steps are grouped, and from whatever place the chain goes on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.contracts.journals import BOT, STORY, busy, fill, pause, quiet
from trimtab.domain.units import Micros
from trimtab.records.journal_row_maker import Received, RowMaker

KINDS = (quiet, busy, fill, pause)
stories = some.lists(some.sampled_from(KINDS), max_size=8).map(
    lambda kinds: [(Micros(number), kind(number)) for number, kind in enumerate(kinds)]
)


@given(stories, some.integers(0, 8))
@settings(max_examples=50)
def test_a_chain_cut_anywhere_goes_on_the_same(story: list[Received], cut: int) -> None:
    whole, part = RowMaker(BOT), RowMaker(BOT)
    begun = list(part.rows(story[:cut]))
    assert begun + list(RowMaker(BOT, part.seq, part.prev_hash).rows(story[cut:])) == list(
        whole.rows(story)
    )


def test_an_attempt_leaves_the_place_where_it_began_alone() -> None:
    maker = RowMaker(BOT)
    attempt = maker.copy()
    assert len(list(attempt.rows((Micros(0), step) for step in STORY))) == 8
    assert (maker.seq, attempt.seq) == (0, 8)


def test_two_bots_never_share_an_id() -> None:
    received = [(Micros(0), quiet(1)), (Micros(0), pause(2))]
    ids = {row[1] for bot in ("one", "two") for row in RowMaker(bot).rows(received)}
    assert len(ids) == 6
