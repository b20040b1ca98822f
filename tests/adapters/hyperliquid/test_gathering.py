"""Rows of bars and hours of funding, from what the venue sends."""

from __future__ import annotations

import itertools
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from trimtab.adapters.hyperliquid.bar_gatherer import GRACE, BarGatherer, interval_of
from trimtab.adapters.hyperliquid.funding_gatherer import PATIENCE, FundingGatherer
from trimtab.adapters.hyperliquid.market_messages import Candle, FundingRate
from trimtab.domain.observations import CLOSE, BarsClosed, FundingPaid
from trimtab.domain.units import HOUR, MINUTE, SECOND, Coin, Micros

BTC, ETH = Coin("BTC"), Coin("ETH")
START = Micros(1_700_000_040 * SECOND)  # a whole minute


def candle(coin: Coin, row: int, close: float, trades: int = 1) -> Candle:
    opened = (START + row * MINUTE) // 1000
    price = Decimal(str(close))
    return Candle(
        opened, opened + 59_999, coin, "1m", price, price, price, price, Decimal(1), trades
    )


def gatherer(*coins: Coin) -> BarGatherer:
    return BarGatherer(coins or (BTC, ETH), MINUTE, START)


def minute(row: int, after: int = 0) -> Micros:
    return Micros(START + row * MINUTE + after)


def test_a_running_bar_that_repeats_is_told_once_with_its_last_state() -> None:
    bars = gatherer(BTC)
    for trades, close in enumerate((100.0, 101.0, 99.5), start=1):
        bars.take(candle(BTC, 0, close, trades))
        assert bars.closed(minute(0, 30 * SECOND)) is None

    told = bars.closed(minute(1, GRACE))

    assert told is not None
    assert told.at == minute(1)
    assert told.bars[0, CLOSE].tolist() == [99.5]
    assert bars.closed(minute(1, GRACE)) is None


def test_a_bar_is_closed_as_soon_as_the_next_one_of_every_coin_has_begun() -> None:
    bars = gatherer()
    bars.take(candle(BTC, 0, 100.0))
    bars.take(candle(ETH, 0, 10.0))
    bars.take(candle(BTC, 1, 101.0))
    assert bars.closed(minute(1, 1)) is None

    bars.take(candle(ETH, 1, 11.0))
    told = bars.closed(minute(1, 1))

    assert told is not None
    assert told.coins == (BTC, ETH)
    assert told.bars[0, CLOSE].tolist() == [100.0, 10.0]


def test_a_coin_that_did_not_trade_is_not_waited_for_and_not_named() -> None:
    bars = gatherer()
    bars.take(candle(BTC, 0, 100.0))

    told = bars.closed(minute(1, GRACE))

    assert told is not None
    assert told.coins == (BTC,)


def test_what_comes_after_a_row_was_told_is_dropped() -> None:
    bars = gatherer()
    bars.take(candle(BTC, 0, 100.0))
    bars.closed(minute(1, GRACE))

    bars.take(candle(ETH, 0, 10.0))

    assert bars.closed(minute(1, GRACE)) is None


def test_rows_that_were_missed_come_as_one_block_with_gaps() -> None:
    bars = gatherer()
    for row in (0, 1, 3):
        bars.take(candle(BTC, row, 100.0 + row))
    bars.take(candle(ETH, 1, 11.0))

    told = bars.closed(minute(4, GRACE))

    assert told is not None
    assert told.at == minute(4)
    assert told.bars.shape == (4, 5, 2)
    assert not told.bars.flags.writeable
    assert told.bars.flags.c_contiguous
    np.testing.assert_array_equal(told.bars[:, CLOSE, 0], [100, 101, np.nan, 103])
    np.testing.assert_array_equal(told.bars[:, CLOSE, 1], [np.nan, 11, np.nan, np.nan])


def test_an_older_state_does_not_replace_a_newer_one() -> None:
    bars = gatherer(BTC)
    bars.take(candle(BTC, 0, 105.0, trades=9))
    bars.take(candle(BTC, 0, 100.0, trades=3))

    told = bars.closed(minute(1, GRACE))

    assert told is not None
    assert told.bars[0, CLOSE].tolist() == [105.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"close": Decimal("NaN")},
        {"low": Decimal(-1)},
        {"low": Decimal(0)},
        {"high": Decimal(99)},
        {"high": Decimal("1e400")},
        {"volume": Decimal(-1)},
        {"volume": Decimal("Infinity")},
    ],
)
def test_a_candle_that_no_market_can_have_had_is_as_good_as_none(
    wrong: dict[str, Decimal],
) -> None:
    bars = gatherer(BTC)
    bars.take(replace(candle(BTC, 0, 100.0), **wrong))

    assert bars.closed(minute(1, GRACE)) is None


@given(some.permutations(list(itertools.product(range(5), (BTC, ETH)))), some.data())
def test_in_whatever_order_candles_come_each_row_is_told_once_and_in_order(
    order: list[tuple[int, Coin]], data: some.DataObject
) -> None:
    bars, told = gatherer(), list[BarsClosed]()
    now = minute(0)
    for row, coin in order:
        bars.take(candle(coin, row, 100.0 + row))
        now = Micros(now + data.draw(some.integers(0, 90)) * SECOND)
        if fact := bars.closed(now):
            told.append(fact)

    closes = [fact.at for fact in told]
    assert closes == sorted(set(closes))
    for before, after in itertools.pairwise(told):
        assert after.at - len(after.bars) * MINUTE >= before.at
    assert all(fact.at <= now for fact in told)


def test_an_interval_that_the_venue_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(ValueError, match="bars of 420 s: the venue has 1m, 3m"):
        interval_of(Micros(7 * MINUTE))


def rate(coin: Coin, hour: Micros, value: str) -> FundingRate:
    return FundingRate(coin, Decimal(value), hour // 1000 + 76)


NOON = Micros(1_700_006_400 * SECOND)


def test_an_hour_of_funding_is_told_when_all_coins_are_known() -> None:
    assert NOON % HOUR == 0
    funding = FundingGatherer((BTC, ETH), Micros(NOON - HOUR))

    funding.take([rate(BTC, NOON, "0.0001")])
    assert funding.paid(Micros(NOON + SECOND)) == []
    funding.take([rate(ETH, NOON, "-0.0002")])

    assert funding.paid(Micros(NOON + SECOND)) == [FundingPaid(NOON, (BTC, ETH), (0.0001, -0.0002))]
    assert funding.paid(Micros(NOON + SECOND)) == []


def test_a_coin_without_a_rate_is_given_the_mean_after_a_while() -> None:
    funding = FundingGatherer((BTC, ETH), Micros(NOON - HOUR))
    funding.take([rate(BTC, NOON, "0.0001")])

    (told,) = funding.paid(Micros(NOON + PATIENCE))

    assert told.rates == (0.0001, 0.0001)
    assert told.assumed == (ETH,)


def test_hours_that_were_missed_are_told_in_order() -> None:
    funding = FundingGatherer((BTC,), Micros(NOON - 3 * HOUR))
    funding.take(rate(BTC, Micros(NOON - back * HOUR), f"0.000{back + 1}") for back in range(3))

    told = funding.paid(Micros(NOON + SECOND))

    assert [one.at for one in told] == [NOON - 2 * HOUR, NOON - HOUR, NOON]
    assert [one.rates for one in told] == [(0.0003,), (0.0002,), (0.0001,)]
