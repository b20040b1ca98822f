"""Where a difference comes from: cuts of round trips."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import DAY, Coin
from trimtab.lab.cuts import FEWEST, cuts
from trimtab.lab.round_trips import RoundTrips, joined

BTC, ETH = Coin("BTC"), Coin("ETH")
DAYS = np.arange(0, 61 * DAY, DAY)


def trips(
    coins: tuple[Coin, ...], count: int, net: float, *, book: int = 0, phase: str = "bull"
) -> RoundTrips:
    """So many round trips of 1,000 USD, in turn over the coins, one a day and again."""
    each = np.arange(count)
    return RoundTrips(
        coins,
        np.full(count, book),
        each % len(coins),
        each % 60 * DAY + 1,
        np.full(count, 1_000.0),
        np.where(each % 3 == 0, -net, net),
        np.full(count, PHASES.index(phase)),
        np.full(count, VOLATILITY_REGIMES.index("high")),
    )


def test_runs_are_joined_by_the_names_of_their_coins() -> None:
    both = joined([trips((BTC, ETH), 4, 1.0), trips((ETH,), 3, 1.0)])
    assert both.coins == (BTC, ETH)
    assert [both.coins[place] for place in both.coin] == [BTC, ETH, BTC, ETH, ETH, ETH, ETH]


def test_without_runs_there_is_nothing_to_join() -> None:
    with pytest.raises(ValueError, match="no runs"):
        joined([])


def test_a_cut_tells_both_books_and_their_difference() -> None:
    found = cuts([trips((BTC,), 120, 2.0), trips((BTC,), 90, 1.0, book=1)], DAYS, 10_000.0)
    cut = found.coins[BTC]
    assert (cut.adapted.trades, cut.static.trades) == (120, 90)
    assert cut.adapted.win_rate == pytest.approx(2 / 3)
    assert cut.adapted.net == pytest.approx(80.0)
    assert cut.adapted.net_bp_per_trade == pytest.approx(20.0 / 3.0)
    assert cut.difference.net_bp_per_trade.value == pytest.approx(10.0 / 3.0)
    assert cut.difference.net_bp_per_trade.low is not None


def test_too_few_round_trips_have_no_interval() -> None:
    found = cuts([trips((BTC,), 120, 2.0), trips((BTC,), FEWEST - 1, 1.0, book=1)], DAYS, 10_000.0)
    gap = found.coins[BTC].difference.net_bp_per_trade
    assert gap.value is not None
    assert (gap.low, gap.high) == (None, None)


def test_what_was_never_traded_is_left_out_and_who_did_not_trade_has_no_rate() -> None:
    found = cuts([trips((BTC, ETH), 60, 1.0, phase="bear")], DAYS, 10_000.0)
    assert list(found.phases) == ["bear"]
    assert list(found.volatility) == ["high"]
    static = found.coins[ETH].static
    assert (static.trades, static.win_rate, static.sharpe) == (0, None, None)
    assert found.coins[ETH].difference.win_rate.value is None
