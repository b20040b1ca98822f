"""Stops, take-profits and liquidation: the worse reading of every bar."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.builders.desk import (
    BTC,
    ETH,
    NAN,
    PLENTY,
    Event,
    Lived,
    after,
    bars,
    configured,
    equity,
    flat,
    geared,
    held,
    lived,
    opened,
    sealed,
    wanted,
)
from trimtab.domain.configuration import Costs, Exits
from trimtab.domain.units import Bp
from trimtab.trading.records import (
    CANCELLED,
    ENTRY,
    FILLED,
    INTENDED,
    LIQUIDATION,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
)

Row = tuple[float, float, float, float]
COSTS = Costs(Bp(10.0), Bp(2.0), Bp(0.0), Bp(0.0), participation=1.0)


def entered(side: float, exits: Exits, *rows: Row, leverage: float = 1.0) -> Lived:
    """Enters at 100, then lives through the rows."""
    configuration = configured(exits=exits, risk=geared(leverage), costs=COSTS)
    books = lived(after(opened(configuration), wanted([side], hours=99)), flat(100.0)).books
    return lived(books, bars(*((*row, PLENTY) for row in rows)))


def fill(now: Lived) -> Event:
    (filled,) = now.of_kind(FILLED)
    return filled


@pytest.mark.parametrize(
    ("side", "row", "price"),
    [
        (1.0, (100.0, 101.0, 94.0, 98.0), 95.0),
        (1.0, (90.0, 99.0, 89.0, 98.0), 90.0),
        (1.0, (100.0, 101.0, 95.0, 98.0), 95.0),
        (-1.0, (100.0, 106.0, 99.0, 102.0), 105.0),
        (-1.0, (110.0, 111.0, 101.0, 102.0), 110.0),
    ],
)
def test_a_stop_is_filled_at_the_worse_of_its_level_and_the_open(
    side: float, row: Row, price: float
) -> None:
    now = entered(side, Exits(stop_loss=0.05), row)
    assert fill(now).price == pytest.approx(price)
    assert fill(now).purpose == STOP_LOSS
    assert not fill(now).maker
    assert fill(now).fee == pytest.approx(10.0 * price * 10e-4)
    assert held(now.books) == 0.0


def test_a_stop_that_is_not_reached_does_nothing() -> None:
    now = entered(1.0, Exits(stop_loss=0.05), (100.0, 120.0, 95.01, 98.0))
    assert now.events == []
    assert held(now.books) == 10.0


@pytest.mark.parametrize(
    ("side", "row", "price"),
    [
        (1.0, (100.0, 106.0, 99.0, 101.0), 105.0),
        (1.0, (108.0, 109.0, 107.0, 108.0), 108.0),
        (-1.0, (100.0, 101.0, 94.0, 99.0), 95.0),
        (-1.0, (92.0, 93.0, 91.0, 92.0), 92.0),
    ],
)
def test_a_take_profit_rests_at_its_level_and_pays_as_maker(
    side: float, row: Row, price: float
) -> None:
    now = entered(side, Exits(take_profit=0.05), row)
    assert fill(now).price == pytest.approx(price)
    assert fill(now).purpose == TAKE_PROFIT
    assert fill(now).maker
    assert fill(now).fee == pytest.approx(10.0 * price * 2e-4)


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_when_a_bar_touches_both_the_stop_came_first(side: float) -> None:
    now = entered(side, Exits(stop_loss=0.05, take_profit=0.05), (100.0, 106.0, 94.0, 100.0))
    assert fill(now).purpose == STOP_LOSS
    assert fill(now).profit < 0.0


def test_a_trailing_stop_follows_after_the_bar_and_not_within_it() -> None:
    within = entered(1.0, Exits(trailing_stop=0.05), (100.0, 120.0, 100.0, 110.0))
    assert within.events == [], "the low may have come before the high"
    now = lived(within.books, bars((115.0, 116.0, 113.0, 115.0, PLENTY)))
    assert fill(now).purpose == TRAILING_STOP
    assert fill(now).price == pytest.approx(114.0)


def test_a_trailing_stop_never_goes_back() -> None:
    falling = [(110.0, 110.0, 105.0, 106.0), (106.0, 107.0, 104.6, 105.0)]
    now = entered(1.0, Exits(trailing_stop=0.05), (100.0, 110.0, 100.0, 110.0), *falling)
    assert now.events == []
    assert now.books.positions[0, 0]["best"] == 110.0


def test_a_short_trails_from_above() -> None:
    now = entered(
        -1.0, Exits(trailing_stop=0.05), (100.0, 100.0, 80.0, 82.0), (82.0, 85.0, 81.0, 85.0)
    )
    assert fill(now).price == pytest.approx(84.0)


@pytest.mark.parametrize(("side", "level"), [(1.0, 92.5), (-1.0, 107.5)])
def test_a_position_is_liquidated_where_its_margin_ends(side: float, level: float) -> None:
    short_of_it = (100.0, 107.4, 92.6, 100.0)
    beyond = (100.0, 107.6, 92.4, 100.0)
    now = entered(side, Exits(), short_of_it, beyond, leverage=10.0)
    assert fill(now).purpose == LIQUIDATION
    assert fill(now).price == pytest.approx(level)


def test_without_leverage_a_coin_has_to_lose_nearly_everything() -> None:
    assert entered(1.0, Exits(), (50.0, 50.0, 3.0, 4.0)).events == []
    assert fill(entered(1.0, Exits(), (50.0, 50.0, 2.0, 4.0))).purpose == LIQUIDATION


def test_margin_is_isolated() -> None:
    both = configured(coins=(BTC, ETH), risk=geared(10.0))
    books = after(opened(both, coins=(BTC, ETH)), wanted([0.01, 0.01], hours=99))
    books = lived(books, flat(100.0, coins=2)).books
    rows = flat(100.0, coins=2).copy()
    rows[0, 2, 0] = rows[0, 3, 0] = 90.0
    now = lived(books, sealed(rows))
    assert (held(now.books, 0), held(now.books, 1)) == (0.0, 100.0)


def test_a_position_may_be_stopped_in_the_bar_in_which_it_was_opened() -> None:
    books = after(opened(configured(exits=Exits(stop_loss=0.05))), wanted([0.01]))
    now = lived(books, bars((100.0, 100.0, 90.0, 91.0, PLENTY)))
    assert [(event.kind, event.purpose) for event in now.events] == [
        (FILLED, ENTRY), (INTENDED, STOP_LOSS), (FILLED, STOP_LOSS),
    ]  # fmt: skip
    assert equity(now.books) == 950.0


def test_a_stop_ends_every_order_that_still_works() -> None:
    slow = Costs(Bp(0.0), Bp(0.0), Bp(0.0), Bp(0.0), participation=0.5)
    books = after(opened(configured(exits=Exits(stop_loss=0.05), costs=slow)), wanted([0.01]))
    now = lived(books, bars((100.0, 100.0, 90.0, 91.0, 10.0)))
    assert [(event.kind, event.purpose, event.lots) for event in now.events] == [
        (FILLED, ENTRY, 500), (CANCELLED, ENTRY, 500), (INTENDED, STOP_LOSS, -500),
        (FILLED, STOP_LOSS, -500),
    ]  # fmt: skip
    assert not now.books.working


def test_what_has_no_bar_is_not_touched() -> None:
    now = entered(1.0, Exits(stop_loss=0.05, take_profit=0.05), (NAN, NAN, NAN, NAN))
    assert now.events == []


@pytest.mark.parametrize(
    ("sigma", "scale", "distance"), [(0.01, 1.0, 0.04), (0.01, 0.5, 0.02), (0.02, 1.0, 0.08)]
)
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_stop_by_volatility_stands_where_the_entry_saw_it(
    side: float, sigma: float, scale: float, distance: float
) -> None:
    # four hours of hourly moves: two standard deviations of the horizon are four of an hour
    risk = replace(geared(1.0), stop_scale={BTC: scale})
    configuration = configured(exits=Exits(stop_deviations=2.0), risk=risk, costs=COSTS)
    planned = after(opened(configuration), wanted([side], hours=4), sigma=sigma)
    books = lived(planned, flat(100.0)).books
    level = 100.0 * (1.0 - side * distance)

    def reaching(price: float) -> Lived:
        return lived(books, bars((100.0, max(100.0, price), min(100.0, price), 100.0, PLENTY)))

    assert not reaching(level + side * 0.01).of_kind(FILLED)
    event = fill(reaching(level - side * 0.01))
    assert event.purpose == STOP_LOSS
    assert event.price == pytest.approx(level)


def test_where_volatility_is_not_known_there_is_no_stop_by_it() -> None:
    configuration = configured(exits=Exits(stop_deviations=2.0), costs=COSTS)
    planned = after(opened(configuration), wanted([1.0], hours=9), sigma=NAN)
    books = lived(planned, flat(100.0)).books
    assert not lived(books, bars((100.0, 100.0, 50.0, 60.0, PLENTY))).of_kind(FILLED)
