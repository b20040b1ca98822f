"""The ledger, scenario by scenario; numbers by hand."""

from __future__ import annotations

from math import log
from statistics import NormalDist

import numpy as np
import pytest

from tests.context.accuracy_given import (
    BEAR,
    BTC,
    BULL,
    ETH,
    HIGH,
    LOW,
    NAN,
    after,
    issued,
    ledger,
    topic,
)
from trimtab.context.accuracy_axes import COIN, REGIME, TOPIC
from trimtab.context.accuracy_now import accuracy_now
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.units import NEVER, Coin, Micros
from trimtab.records.snapshot import encode

SOL = Coin("SOL")


def settle(
    state: AccuracyTracker, at: Micros, prices: np.typing.NDArray[np.float64]
) -> tuple[AccuracyTracker, tuple[PredictionsSettled, ...]]:
    """Without alarms of the drop detector."""
    state, facts = state.settle(at, prices)
    return state, tuple(fact for fact in facts if isinstance(fact, PredictionsSettled))


def closes(*prices: float) -> np.typing.NDArray[np.float64]:
    return np.array(prices)


def test_with_nothing_known_the_gate_is_closed_and_a_trade_is_expected_to_cost_its_costs() -> None:
    _, weighed = issued(ledger(), 0, 0.005)
    # 4 h at 1 % an hour: 2 %; 10 bp of it are .05; seven spreads and that of the gap.
    spreads = (0.03, 0.015, 0.015, 0.03, 0.04, 0.015, 0.015, 0.03)
    assert weighed.probability[0, 0] == pytest.approx(
        NormalDist(0.0, sum(spread**2 for spread in spreads) ** 0.5).cdf(-0.05)
    )
    assert weighed.net_edge[0, 0] == pytest.approx(-10.0)
    assert weighed.returns.tolist() == [[0.005]]


def test_a_forecast_is_settled_when_its_horizon_is_over_and_says_what_was_known_at_issue() -> None:
    state, _ = issued(ledger(), 0, 0.005, phase=BEAR, regime=HIGH)
    assert state.next_due == after(4)
    assert settle(state, after(3), closes(101.0)) == (state, ())
    state, facts = settle(state, after(4), closes(102.0))
    assert facts == (
        PredictionsSettled(
            at=after(4), topic=topic().name, issued_at=after(0), coins=(BTC,),
            forecast=(0.005,), realised=(0.0198,), phase=(BEAR,), volatility_regime=(HIGH,),
        ),
    )  # fmt: skip
    assert state.next_due == NEVER


def test_a_price_is_taken_as_the_log_return_from_the_price_at_issue() -> None:
    state, weighed = issued(ledger(topic(kind="price")), 0, 105.0)
    assert weighed.returns[0, 0] == log(1.05)
    _, facts = settle(state, after(4), closes(99.0))
    assert facts[0].forecast == (0.04879,)


def test_an_outcome_is_scored_in_units_of_the_horizons_volatility() -> None:
    state, _ = issued(ledger(), 0, -0.005)
    state, _ = settle(state, after(4), closes(102.0))
    cell = state.sums.cells[0, LOW, BULL, 0]
    assert cell["weight"] == 1.0
    assert cell["signed"] == pytest.approx(-log(1.02) / 0.02)
    assert cell["magnitude"] == pytest.approx(log(1.02) / 0.02)
    assert cell["cost"] == pytest.approx(0.05)
    assert (cell["outcomes"], cell["count"], cell["hits"]) == (1, 1, 0)


def test_no_single_move_counts_for_more_than_four_standard_deviations() -> None:
    state, _ = issued(ledger(), 0, 0.005)
    state, _ = settle(state, after(4), closes(150.0))
    assert state.sums.cells[0, LOW, BULL, 0]["signed"] == 4.0


def test_a_forecast_that_overlaps_the_one_before_counts_for_what_is_new_of_its_horizon() -> None:
    state, _ = issued(ledger(), 0, 0.005)
    for hour in range(1, 9):
        state, _ = settle(state, after(hour), closes(100.0 + hour))
        state, _ = issued(state, hour, 0.005, closes=(100.0 + hour,))
    for hour in range(9, 13):
        state, _ = settle(state, after(hour), closes(100.0 + hour))
    cell = state.sums.cells[0, LOW, BULL, 0]
    assert cell["count"] == 9
    assert cell["weight"] == pytest.approx(1.0 + 8 / 4, rel=0.01)


def test_forecasts_settled_by_one_close_are_taken_in_the_order_of_their_issue() -> None:
    state, _ = issued(ledger(), 1.9, 0.005)
    state, _ = issued(state, 2, 0.005)
    state, _ = settle(state, after(6), closes(102.0))
    cell = state.sums.cells[0, LOW, BULL, 0]
    assert cell["count"] == 2
    assert cell["weight"] == pytest.approx(1.0 + 0.1 / 4, rel=1e-3)


def test_coins_scored_at_the_same_time_are_remembered_as_company() -> None:
    state, _ = ledger(coins=(BTC, ETH, SOL)).issue(
        after(0), np.array([[0.01, 0.01, -0.01]]), closes(100.0, 100.0, 100.0), BULL,
        np.array([LOW, LOW, HIGH]), closes(0.01, 0.01, 0.01),
    )  # fmt: skip
    state, _ = settle(state, after(4), closes(101.0, 102.0, 103.0))
    assert state.sums.cells["company"][0, [LOW, HIGH], BULL, -1].tolist() == [2.0, 0.0]
    # Levels of all three coins; by two sums over coins: those of the moment, by their number.
    assert state.sums.squares[0, :, TOPIC, TOPIC].tolist() == [3.0, 3.0 * 3.0 / 3.0]
    assert state.sums.squares[0, :, REGIME + LOW, REGIME + LOW].tolist() == [2.0, 2.0 * 2.0 / 3.0]
    assert state.sums.squares[0, :, COIN, COIN + 1].tolist() == [0.0, pytest.approx(1.0 / 3.0)]
    hits = np.array([1.0, 1.0, -1.0])
    assert state.sums.totals[0, 0, COIN:] == pytest.approx(0.72 * hits, rel=0.1)
    assert state.sums.totals[0, 1, TOPIC] == pytest.approx(state.sums.totals[0, 0, TOPIC])


def test_a_missing_price_drops_the_forecast() -> None:
    state, _ = issued(ledger(coins=(BTC, ETH)), 0, 0.005, 0.005)
    state, facts = settle(state, after(4), closes(NAN, 102.0))
    assert facts[0].realised == (None, 0.0198)
    assert state.sums.cells["count"][..., -1].sum() == 1


def test_a_forecast_whose_row_is_missing_is_not_scored_with_a_later_price() -> None:
    state, _ = issued(ledger(), 0, 0.005)
    state, facts = settle(state, after(5), closes(102.0))
    assert [fact.realised for fact in facts] == [(None,)]
    assert state.sums.cells["weight"].sum() == 0.0
    assert state.next_due == NEVER


def test_a_forecast_issued_inside_a_bar_is_settled_by_the_first_close_after_its_target() -> None:
    state, _ = issued(ledger(), 0.3, 0.005)
    assert settle(state, after(4), closes(102.0))[1] == ()
    _, facts = settle(state, after(5), closes(103.0))
    assert facts[0].realised == (0.02956,)


def test_of_several_forecasts_within_one_bar_the_latest_is_remembered_coin_by_coin() -> None:
    state, _ = issued(ledger(coins=(BTC, ETH)), 0.1, 0.001, 0.002)
    state, _ = issued(state, 0.2, 0.003, NAN)
    _, facts = settle(state, after(5), closes(102.0, 103.0))
    assert [(fact.issued_at, fact.coins, fact.forecast) for fact in facts] == [
        (after(0.1), (ETH,), (0.002,)),
        (after(0.2), (BTC,), (0.003,)),
    ]


def test_overdue_forecasts_are_told_oldest_first_and_then_in_the_order_of_topics() -> None:
    state = ledger(topic(4, name="slow"), topic(2, name="fast"))
    state, _ = issued(state, 0, 0.001)
    state, _ = issued(state, 1, 0.001)
    _, facts = settle(state, after(9), closes(101.0))
    assert [(fact.issued_at, fact.topic) for fact in facts] == [
        (after(0), "slow"), (after(0), "fast"), (after(1), "slow"), (after(1), "fast"),
    ]  # fmt: skip


def test_a_forecast_of_no_move_is_settled_but_has_no_direction_to_score() -> None:
    state, _ = issued(ledger(), 0, 0.0)
    state, facts = settle(state, after(4), closes(102.0))
    assert facts[0].realised == (0.0198,)
    assert state.sums.cells["weight"].sum() == 0.0


def test_a_price_that_did_not_move_is_an_outcome_but_neither_hit_nor_miss() -> None:
    state, _ = issued(ledger(), 0, 0.005)
    state, _ = settle(state, after(4), closes(100.0))
    cell = state.sums.cells[0, LOW, BULL, 0]
    assert (cell["weight"], cell["signed"], cell["count"], cell["outcomes"]) == (1.0, 0.0, 0, 1)
    assert state.cells() == ()


@pytest.mark.parametrize("kind", ["volatility", "classification"])
def test_kinds_without_a_direction_are_never_weighed_and_told_no_outcome(
    kind: PredictionKind,
) -> None:
    state, weighed = issued(ledger(topic(kind=kind)), 0, 0.02)
    assert np.isnan(weighed.returns).all()
    assert np.isnan(weighed.probability).all()
    assert np.isnan(weighed.net_edge).all()
    assert np.isnan(state.preview(BULL, np.array([LOW]), closes(0.01)).probability).all()
    state, facts = settle(state, after(4), closes(102.0))
    assert facts == ()
    assert state.cells() == ()


def test_a_volatility_is_scored_by_its_own_loss_beside_the_one_known_at_issue() -> None:
    state, _ = issued(ledger(topic(kind="volatility")), 0, 0.03)
    state, _ = settle(state, after(4), closes(102.0))
    line = state.losses()[0]
    assert (line.symbol, line.phase, line.volatility_regime, line.n) == ("BTC", "bull", "low", 1)
    assert line.loss == pytest.approx(2 * log(0.03) + (log(1.02) / 0.03) ** 2)
    assert line.reference == pytest.approx(2 * log(0.02) + (log(1.02) / 0.02) ** 2)


@pytest.mark.parametrize(("price", "loss"), [(102.0, 0.09), (98.0, 0.49)])
def test_a_probability_of_a_rise_is_scored_by_its_squared_error(price: float, loss: float) -> None:
    state, _ = issued(ledger(topic(kind="classification")), 0, 0.7)
    state, _ = settle(state, after(4), closes(price))
    line = state.losses()[-1]
    assert (line.symbol, line.phase, line.volatility_regime, line.n) == ("*", "*", "*", 1)
    assert line.loss == pytest.approx(loss)
    assert line.reference == 0.25


@pytest.mark.parametrize(
    ("kind", "value"),
    [("volatility", -0.01), ("volatility", 0.0), ("classification", 1.1), ("classification", NAN)],
)
def test_what_no_volatility_or_probability_can_be_is_no_forecast(
    kind: PredictionKind, value: float
) -> None:
    state, _ = issued(ledger(topic(kind=kind)), 0, value)
    assert state.next_due == NEVER


@pytest.mark.parametrize("value", [NAN, float("inf"), -1.0, 0.0])
def test_what_is_no_price_is_no_forecast(value: float) -> None:
    state, weighed = issued(ledger(topic(kind="price")), 0, value)
    assert np.isnan(weighed.returns).all()
    assert state.next_due == NEVER


def test_without_a_price_at_issue_a_forecast_is_weighed_but_cannot_be_settled() -> None:
    state, weighed = issued(ledger(), 0, 0.005, closes=(NAN,))
    assert 0.0 < weighed.probability[0, 0] < 0.5
    assert state.next_due == NEVER


@pytest.mark.parametrize("sigma", [NAN, 0.0])
def test_without_a_volatility_the_gate_is_closed_and_nothing_is_scored(sigma: float) -> None:
    state, weighed = issued(ledger(), 0, 0.005, sigma=sigma)
    assert weighed.probability[0, 0] == 0.0
    assert weighed.net_edge[0, 0] == -10.0
    state, facts = settle(state, after(4), closes(102.0))
    assert facts[0].realised == (0.0198,)
    assert state.sums.cells["weight"].sum() == 0.0


def test_a_preview_is_what_an_ordinary_forecast_would_be_given() -> None:
    state = taught(ledger(coins=(BTC, ETH)))
    state, weighed = issued(state, 8, 0.005, -0.005)
    preview = state.preview(BULL, np.array([LOW, LOW]), closes(0.01, 0.01))
    assert preview.probability.tolist() == weighed.probability.tolist()
    assert preview.net_edge.tolist() == weighed.net_edge.tolist()


def test_the_report_counts_hits_and_pools_over_coins_and_contexts() -> None:
    state = taught(ledger(coins=(BTC, ETH)))
    lines = {f"{cell.symbol} {cell.phase} {cell.volatility_regime}": cell for cell in state.cells()}
    assert set(lines) == {
        "BTC bull low", "ETH bull low", "* bull low", "BTC * *", "ETH * *", "* * *",
    }  # fmt: skip
    assert (lines["BTC * *"].n, lines["BTC * *"].hits) == (1, 1)
    assert (lines["ETH * *"].n, lines["ETH * *"].hits) == (1, 0)
    whole = lines["* * *"]
    assert (whole.n, whole.hits, whole.accuracy) == (2, 1, 0.5)
    assert whole.posterior_mean == pytest.approx(0.5, abs=1e-3)
    assert whole.low < lines["ETH * *"].posterior_mean < 0.5
    assert 0.5 < lines["BTC * *"].posterior_mean < whole.high
    assert 1.0 < whole.n_effective < 2.0
    assert whole.p_net_edge_positive < 0.5


def test_beside_the_accuracy_stand_scores_of_the_whole_record() -> None:
    state, _ = issued(ledger(), 0, 0.02, bounds=(0.01, 0.03))
    state, _ = settle(state, after(4), closes(102.0))
    state, _ = issued(state, 4, -0.01, bounds=(-0.02, 0.0))
    state, _ = settle(state, after(8), closes(101.0))
    whole = state.cells()[-1]
    up, down = log(1.02), log(1.01)
    assert whole.czar == pytest.approx((up - down) / (up + down))
    errors = (0.02 - up) ** 2 + (-0.01 - down) ** 2
    assert whole.wrmse_improvement == pytest.approx(1 - (errors / (up**2 + down**2)) ** 0.5)
    assert whole.pearson == pytest.approx(1.0)
    assert whole.interval_coverage == 0.5


def test_without_intervals_and_with_one_outcome_there_are_scores_that_do_not_exist() -> None:
    state, _ = issued(ledger(), 0, 0.005)
    state, _ = settle(state, after(4), closes(102.0))
    line = state.cells()[0]
    assert (line.pearson, line.interval_coverage) == (None, None)


def test_how_far_prices_moved_is_no_matter_for_the_accuracy_but_for_the_net_edge() -> None:
    small, large = (
        taught(ledger(coins=(BTC, ETH)), price).cells()[-1] for price in (101.0, 103.0)
    )  # fmt: skip
    assert small.accuracy == large.accuracy
    assert small.posterior_mean == pytest.approx(large.posterior_mean, abs=1e-3)
    assert small.p_net_edge_positive != large.p_net_edge_positive


def test_coins_join_and_leave_and_those_that_stay_keep_their_past() -> None:
    state = taught(ledger(coins=(BTC, ETH)))
    state, _ = issued(state, 8, 0.001, 0.002)
    moved = state.joined((ETH, SOL))
    assert moved.sums.cells[0, LOW, BULL, 0] == state.sums.cells[0, LOW, BULL, 1]
    assert moved.sums.cells[0, :, :, 1]["weight"].sum() == 0.0
    assert moved.sums.cells[0, LOW, BULL, -1]["count"] == 2
    assert moved.sums.squares[0, 0, TOPIC, TOPIC] == state.sums.squares[0, 0, TOPIC, TOPIC]
    assert moved.beliefs.means[0, COIN] == state.beliefs.means[0, COIN + 1]
    assert moved.beliefs.covariances[0, COIN + 1, COIN + 1] == state.beliefs.spreads[0, -1]
    _, facts = settle(moved, after(12), closes(101.0, 20.0))
    assert (facts[0].coins, facts[0].forecast) == ((ETH,), (0.002,))


def test_a_ledger_whose_coins_with_forecasts_have_left_waits_for_nothing() -> None:
    state, _ = issued(ledger(), 0, 0.001)
    assert state.joined((ETH,)).next_due == NEVER
    assert state.joined(()).next_due == NEVER


def test_the_ledger_does_not_grow() -> None:
    state, _ = issued(ledger(), 0, 0.001)
    size = len(encode(state))
    for hour in range(1, 60):
        state, _ = issued(state, hour / 3, 0.001)  # three a bar, and no bars
    assert abs(len(encode(state)) - size) < 32


def test_forecasts_that_never_met_their_bars_are_forgotten_at_last() -> None:
    state = ledger()
    for hour in range(12):
        state, _ = issued(state, hour, 0.001 * hour)
    _, facts = settle(state, after(30), closes(101.0))
    assert [fact.issued_at for fact in facts] == [after(hour) for hour in range(6, 12)]


@pytest.mark.parametrize(("phase", "regime"), [(-1, 0), (6, 0), (0, -1), (0, 4)])
def test_a_code_that_does_not_exist_is_refused(phase: int, regime: int) -> None:
    with pytest.raises(ValueError, match="code"):
        issued(ledger(), 0, 0.001, phase=phase, regime=regime)


def taught(state: AccuracyTracker, price: float = 102.0) -> AccuracyTracker:
    """BTC was right, ETH was wrong."""
    state, _ = issued(state, 0, 0.005, -0.005)
    return settle(state, after(4), closes(price, price))[0]


def test_a_report_of_one_phase_has_its_lines_and_no_others() -> None:
    state, _ = issued(ledger(coins=(BTC, ETH)), 0, 0.01, -0.01, phase=BULL)
    state, _ = issued(state, 1, 0.01, -0.01, phase=BEAR)
    state, _ = state.settle(after(4), np.array([101.0, 99.0]))
    state, _ = state.settle(after(5), np.array([101.0, 99.0]))
    bear = [cell for cell in state.cells() if cell.phase == "bear"]
    assert bear
    assert list(state.cells(BEAR)) == bear
    (line,) = accuracy_now(state, BEAR, np.array([LOW, LOW]), np.array([0.01, 0.01]))
    assert (line.topic, line.n, line.accuracy) == (topic().name, 2, 1.0)
    assert line.best in {BTC, ETH}
    assert 0.0 < line.probability < 1.0
