"""Sizes by the edge: a fraction of Kelly's bet on what is believed, never more than a share."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.desk import (
    BTC,
    ETH,
    LOT,
    NAN,
    after,
    configured,
    opened,
    reasons,
    wanted,
)
from trimtab.domain.configuration import Costs, Gate, RiskLimits, Sizing
from trimtab.domain.reasons import Reason
from trimtab.domain.units import Bp
from trimtab.trading.books import Books
from trimtab.trading.policies import Policies
from trimtab.trading.sizing import kelly_share, normal_quantile, uncertainty

GATE = Gate(enter=0.7, leave=0.5)
CERTAIN = 1.0
TEN_BP_A_ROUND_TRIP = Costs(Bp(4.0), Bp(1.0), Bp(1.0), Bp(0.0), participation=1.0)

probabilities = some.floats(0.51, 0.9999)
edges = some.floats(0.5, 300.0)
deviations = some.floats(0.001, 0.2)


def share(
    probability: float,
    net_edge: float,
    deviation: float,
    *,
    coins: int = 15,
    sizing: Sizing = Sizing(),  # noqa: B008 - frozen
) -> float:
    configuration = configured(gate=GATE, sizing=sizing, costs=TEN_BP_A_ROUND_TRIP)
    (policy,) = Policies.of([configuration], (BTC,)).records
    return kelly_share(policy, coins, probability, net_edge, deviation)


def size(books: Books, coin: int = 0) -> float:
    """Notional of what works as an entry, in USD at a price of 100."""
    return abs(int(books.positions[0, coin]["entry_lots"])) * LOT * 100.0


@given(some.floats(1e-12, 1.0 - 1e-12))
def test_the_normal_quantile_is_that_of_the_normal_distribution(probability: float) -> None:
    assert normal_quantile(probability) == pytest.approx(
        NormalDist().inv_cdf(probability), rel=1e-6, abs=1e-9
    )


@given(edges, some.floats(0.05, 300.0))
def test_the_doubt_is_told_by_edge_and_probability(net_edge: float, doubt: float) -> None:
    assume(0.02 < net_edge / doubt < 6.0)
    probability = NormalDist().cdf(net_edge / doubt)
    assert uncertainty(probability, net_edge) == pytest.approx(doubt, rel=1e-3)


@pytest.mark.parametrize(("probability", "net_edge"), [(0.4, 5.0), (0.6, -5.0), (0.5, 5.0)])
def test_an_edge_and_a_probability_that_contradict_each_other_tell_no_doubt_that_is_finite(
    probability: float, net_edge: float
) -> None:
    assert uncertainty(probability, net_edge) == np.inf


def test_a_certain_edge_gets_a_quarter_of_edge_over_variance() -> None:
    # 30 bp net are 40 bp before costs: .25 * .0040 / .02^2
    assert share(CERTAIN, 30.0, 0.02, coins=1) == pytest.approx(2.5)


def test_coins_that_move_together_share_one_bet() -> None:
    half = Sizing(correlation=0.5)
    alone = share(CERTAIN, 30.0, 0.02, coins=1)
    assert share(CERTAIN, 30.0, 0.02, coins=11, sizing=half) == pytest.approx(alone / 6.0)


@given(probabilities, edges, deviations)
def test_more_doubt_never_asks_for_more(p: float, net_edge: float, deviation: float) -> None:
    bold, timid = (
        share(p, net_edge, deviation, sizing=Sizing(doubt=doubt)) for doubt in (0.5, 1.5)
    )
    assert 0.0 <= timid <= bold


def test_who_asks_for_no_doubt_bets_on_the_mean_whatever_is_said_of_the_chance() -> None:
    # The chance and the edge contradict each other, so that the doubt is without bounds.
    believed = share(0.8, -1.0, 0.02, coins=1, sizing=Sizing(doubt=0.0))
    assert believed == pytest.approx(0.25 * 0.0009 / 0.02**2)


@given(probabilities, edges, deviations, some.floats(1.0, 5.0))
def test_more_volatility_never_asks_for_more(
    p: float, net_edge: float, deviation: float, times: float
) -> None:
    assert share(p, net_edge, deviation * times) <= share(p, net_edge, deviation)


@given(probabilities, edges, some.floats(0.0005, 0.1))
def test_a_position_is_never_larger_than_its_share(p: float, net_edge: float, sigma: float) -> None:
    books = opened(configured(gate=GATE, coins=(BTC, ETH)), coins=(BTC, ETH))
    signals = wanted([0.01, -0.01], probability=p, edges=[[net_edge, net_edge]])
    planned = after(books, signals, sigma=sigma)
    assert max(size(planned, 0), size(planned, 1)) <= 1_000.0 + 1e-6


def test_a_small_edge_is_a_small_position() -> None:
    books = opened(configured(gate=GATE))
    # .25 * .0010 / (.05^2 * 4 hours) = 2.5 % of 1,000 USD
    assert size(after(books, wanted([0.01]), sigma=0.05)) == pytest.approx(25.0)


def test_an_edge_in_doubt_is_no_position_and_the_reason_says_so() -> None:
    timid, bold = (opened(configured(gate=GATE, sizing=Sizing(doubt=one))) for one in (1.0, 0.0))
    assert reasons(timid, wanted([0.01], probability=0.75)) == [[Reason.IN_DOUBT]]
    assert reasons(bold, wanted([0.01], probability=0.75)) == [[Reason.TRADED]]


def test_without_a_known_volatility_nothing_is_bet() -> None:
    assert size(after(opened(configured(gate=GATE)), wanted([0.01]), sigma=NAN)) == 0.0


def test_a_book_without_a_gate_has_equal_shares() -> None:
    books = after(opened(configured()), wanted([0.01], probability=0.1), sigma=0.5)
    assert size(books) == pytest.approx(1_000.0)


@pytest.mark.parametrize(
    ("equity", "left"), [(1_000.0, 1.0), (900.0, 0.5), (800.0, 0.0), (500.0, 0.0)]
)
def test_positions_shrink_as_the_drawdown_nears_its_limit(equity: float, left: float) -> None:
    books = opened(configured(gate=GATE, risk=RiskLimits(maximum_drawdown=0.2)))
    poorer = books.records.copy()
    poorer["equity"] = equity
    signals = wanted([0.01], edges=[[100.0]])
    assert size(after(replace(books, records=poorer), signals)) == pytest.approx(1_000.0 * left)
