"""Ids are computed, so that nothing that happens twice gets two names, nor two things one."""

from __future__ import annotations

from decimal import Decimal
from uuid import RFC_4122, UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.domain.canonical import event_id, id_of, order_id
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Coin, Micros

bots = some.text(max_size=8)
moments = some.integers(0, 2**48 * 1_000 - 1).map(Micros)
ordinals = some.integers(0, 2**20 - 1)
places = some.tuples(bots, moments, ordinals)
near = some.tuples(
    some.sampled_from(["a", "b", "bot", "bot/BTC"]),
    some.integers(10**15, 10**15 + 1_002).map(Micros),
    some.sampled_from([0, 1, 2**19, 2**20 - 1]),
)
"""Places that are easily mixed up."""


@settings(max_examples=100)
@given(places)
def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(
    place: tuple[str, Micros, int],
) -> None:
    text = event_id(*place)
    own = UUID(text)
    assert str(own) == text
    assert own.version == 7
    assert own.variant == RFC_4122
    assert own.int >> 80 == place[1] // 1_000


@settings(max_examples=50)
@given(some.lists(near | places, unique=True, max_size=200))
def test_no_two_places_share_an_id(those: list[tuple[str, Micros, int]]) -> None:
    assert len({event_id(*place) for place in those}) == len(those)


def test_microseconds_and_ordinals_do_not_run_into_each_other() -> None:
    ordinals = [0, *(2**bit for bit in range(20)), 2**20 - 1]
    ids = {event_id("bot", Micros(at), ordinal) for at in range(1_000) for ordinal in ordinals}
    assert len(ids) == 1_000 * len(ordinals)


@settings(max_examples=50)
@given(bots, some.lists(some.tuples(moments, ordinals), max_size=20))
def test_the_ids_of_a_bot_sort_as_its_facts_do(bot: str, those: list[tuple[Micros, int]]) -> None:
    assert [event_id(bot, *place) for place in sorted(those)] == sorted(
        event_id(bot, *place) for place in those
    )


def test_an_order_has_its_own_id_for_every_coin_purpose_and_moment() -> None:
    ids: set[str] = {
        order_id("bot", coin, at, purpose)
        for coin in (Coin("BTC"), Coin("ETH"))
        for purpose in range(8)
        for at in (Micros(1_000_000), Micros(1_000_001))
    }
    assert len(ids) == 32
    assert ids.isdisjoint(event_id("bot", Micros(1_000_000), ordinal) for ordinal in range(100))


def test_an_intended_order_stands_in_the_journal_under_its_own_id() -> None:
    at = Micros(7_000_000)
    own = order_id("bot", Coin("BTC"), at, 0)
    intended = OrderIntended(
        at, own, Coin("BTC"), "buy", Decimal(1), "entry", reduce_only=False, topic=None, because=""
    )
    assert str(id_of(intended, "bot", at, 3)) == str(own)
    assert id_of(TimePassed(at), "bot", at, 3) == event_id("bot", at, 3)
