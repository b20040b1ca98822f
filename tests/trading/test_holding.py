"""At the end of its horizon a position goes on where a new one would be opened at once anyway."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.builders.desk import (
    BTC,
    NAN,
    OTHER,
    TOPIC,
    after,
    configured,
    flat,
    happened,
    held,
    lived,
    opened,
    reasons,
    wanted,
)
from trimtab.domain.configuration import Configuration, Costs, Exits, Gate
from trimtab.domain.reasons import Reason
from trimtab.domain.units import HOUR, Bp
from trimtab.trading.books import Books
from trimtab.trading.records import CANCELLED, HORIZON
from trimtab.trading.strategy import Signals

GATE = Gate(enter=0.7, leave=0.5)
TEN_BP_A_ROUND_TRIP = Costs(Bp(4.0), Bp(1.0), Bp(1.0), Bp(0.0), participation=1.0)


def gated(**changes: object) -> Configuration:
    return replace(configured(gate=GATE, costs=TEN_BP_A_ROUND_TRIP), **changes)


def at_the_end(configuration: Configuration) -> Books:
    """A long position of one hour at its last moment, its exit already ordered."""
    books = lived(after(opened(configuration), wanted([0.01], hours=1)), flat(100.0)).books
    assert held(books) == 10.0
    return books


def again(*, edge: float = 10.0, sign: float = 1.0, probability: float = 0.9) -> Signals:
    return wanted([sign * 0.01], hours=1, edges=[[edge]], probability=probability)


def is_open_an_hour_later(books: Books, signals: Signals) -> bool:
    now = lived(after(books, signals), flat(100.0)).books
    return held(now) == 10.0 and int(now.records[0]["trades"]) == 0


def test_a_position_is_held_on_while_its_topic_agrees() -> None:
    books = at_the_end(gated())
    assert reasons(books, again()) == [[Reason.HELD_ON]]
    assert is_open_an_hour_later(books, again())


def test_the_exit_that_the_horizon_had_ordered_is_cancelled() -> None:
    (event,) = happened(after(at_the_end(gated()), again()))
    assert (event.kind, event.purpose, event.lots) == (CANCELLED, HORIZON, -1_000)
    assert event.at == event.ordered_at


def test_held_on_means_for_another_horizon() -> None:
    books = after(at_the_end(gated()), again())
    assert int(books.positions[0, 0]["due"]) == books.closed + HOUR
    last = lived(books, flat(100.0)).books
    assert int(lived(last, flat(100.0)).books.records[0]["trades"]) == 1


@pytest.mark.parametrize(("edge", "holds"), [(-9.9, True), (-10.1, False)])
def test_holding_on_asks_for_an_edge_before_costs_only(*, edge: float, holds: bool) -> None:
    assert is_open_an_hour_later(at_the_end(gated()), again(edge=edge, probability=0.2)) == holds


@pytest.mark.parametrize("signals", [again(sign=-1.0), again(sign=NAN)])
def test_who_turns_around_or_falls_silent_holds_nothing(signals: Signals) -> None:
    assert not is_open_an_hour_later(at_the_end(gated()), signals)


def test_another_topic_does_not_hold_what_is_not_its_own() -> None:
    books = at_the_end(gated(topics=(TOPIC, OTHER), mix={TOPIC.name: (BTC,), OTHER.name: (BTC,)}))
    other = wanted([NAN], [0.01], hours=1, probability=0.2)
    assert not is_open_an_hour_later(books, other)


@pytest.mark.parametrize(
    "configuration",
    [gated(exits=Exits(hold_on=False)), gated(gate=None)],
    ids=["switched off", "no gate"],
)
def test_only_where_it_is_wanted_and_the_ledger_is_asked(configuration: Configuration) -> None:
    assert not is_open_an_hour_later(at_the_end(configuration), again(edge=-1.0, probability=0.2))


def test_what_left_the_mix_is_not_held_on() -> None:
    books = at_the_end(gated()).governed((gated(mix={TOPIC.name: ()}),) * 2)
    assert not is_open_an_hour_later(books, again())


def test_who_is_paused_holds_nothing_on() -> None:
    books = after(at_the_end(gated()), again(), paused=True)
    assert held(lived(books, flat(100.0)).books) == 0.0


def test_an_exit_that_is_filled_in_part_is_not_called_back() -> None:
    slow = replace(TEN_BP_A_ROUND_TRIP, participation=0.5)
    books = lived(at_the_end(gated(costs=slow)), flat(100.0, volume=6.0)).books
    assert held(books) == 7.0
    assert int(lived(after(books, again()), flat(100.0)).books.records[0]["trades"]) == 1


def test_every_book_holds_on_by_its_own_rules() -> None:
    books = at_the_end(gated()).governed((gated(), gated(gate=None)))
    now = lived(after(books, again()), flat(100.0)).books
    assert now.records["trades"].tolist() == [0, 1]


def test_holding_on_saves_the_round_trip_and_nothing_else() -> None:
    profits: list[float] = []
    for exits in (Exits(), Exits(hold_on=False)):
        books = at_the_end(gated(exits=exits))
        for _ in range(3):
            books = lived(after(books, again()), flat(100.0)).books
        books = lived(books, flat(100.0)).books
        assert held(books) == 0.0
        profits.append(float(books.records[0]["equity"]) - 1_000.0)
    assert np.allclose(profits, [-1.0, -4.0], atol=1e-9)


def test_who_holds_on_has_no_order_that_works() -> None:
    books = at_the_end(gated())
    assert books.working
    assert not after(books, again()).working
