"""Planted skill is found where it was planted, and chance is not taken for skill."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.context.accuracy_given import BULL, COMPILED, HIGH, LOW, after, market, topic
from trimtab.context.accuracy_tracker import AccuracyParameters, AccuracyTracker
from trimtab.domain.units import DAY, HOUR, Bp, Coin, Micros

COINS = tuple(Coin(name) for name in ("BTC", "ETH", "SOL", "LINK"))
SIGMA = 0.02
BARS = 1500 if COMPILED else 700


def open_share(seed: int, low: float, high: float) -> tuple[AccuracyTracker, float, float]:
    """Run a one-hour topic that is right with these probabilities in low and high volatility.

    The ledger at the end, and how often P(net edge > 0) > .75 in the last third, low and high.
    """
    generator = np.random.default_rng(seed)
    closes = market(BARS + 1, len(COINS), seed, SIGMA)
    regimes = np.where(np.arange(BARS) // 50 % 2, HIGH, LOW)
    hit = generator.random((BARS, len(COINS))) < np.where(regimes == LOW, low, high)[:, None]
    forecasts = np.where(hit, 0.01, -0.01) * np.sign(np.diff(np.log(closes), axis=0))
    state = AccuracyTracker.of((topic(1),), COINS, HOUR, Bp(11.0))
    seen = np.zeros(BARS)
    for bar in range(BARS):
        state, _ = state.settle(after(bar), closes[bar])
        state, weighed = state.issue(
            after(bar), forecasts[bar : bar + 1], closes[bar], BULL,
            np.full(len(COINS), regimes[bar]), np.full(len(COINS), SIGMA),
        )  # fmt: skip
        seen[bar] = (weighed.probability > 0.75).mean()
    late = np.arange(BARS) > BARS * 2 / 3
    return state, seen[late & (regimes == LOW)].mean(), seen[late & (regimes == HIGH)].mean()


def test_skill_planted_in_one_context_opens_the_gate_there_and_only_there() -> None:
    _, low, high = open_share(1, low=0.62, high=0.5)
    assert low > 0.9
    assert high < 0.1


def test_the_report_covers_the_planted_accuracy() -> None:
    state, _, _ = open_share(1, low=0.62, high=0.5)
    lines = {cell.volatility_regime: cell for cell in state.cells() if cell.symbol == "*"}
    assert lines["low"].low < 0.62 < lines["low"].high + 0.02
    assert lines["high"].low < 0.5 < lines["high"].high


def test_a_forecaster_without_skill_hardly_ever_opens_the_gate() -> None:
    runs = [open_share(seed, low=0.5, high=0.5)[1:] for seed in range(12 if COMPILED else 2)]
    assert np.mean(runs) < 0.005


def test_evidence_loses_half_its_weight_in_a_half_life() -> None:
    state = replace(
        AccuracyTracker.of((topic(1),), COINS, HOUR, Bp(11.0)),
        parameters=AccuracyParameters(halflife=Micros(DAY)),
    )
    state = _seen_at(_forecast_once(state, 0), 0.25)
    weights, outcomes = _weight(state), _outcomes(state)
    for day in (1, 2, 40):
        later = _seen_at(state, 0.25 + day)
        assert _weight(later) == pytest.approx(weights * 2.0**-day)
        assert _outcomes(later) == outcomes == 1


def _weight(state: AccuracyTracker) -> float:
    assert state.sums.squares[0, 0, 0, 0] == pytest.approx(
        len(COINS) * state.sums.squares[0, 0, -1, -1]
    )
    return float(state.sums.squares[0, 0, -1, -1])


def _outcomes(state: AccuracyTracker) -> int:
    [line] = [cell for cell in state.cells() if cell.symbol == "BTC" and cell.phase == "*"]
    return line.n


def _forecast_once(state: AccuracyTracker, hours: float) -> AccuracyTracker:
    codes, sigmas = np.full(len(COINS), LOW), np.full(len(COINS), SIGMA)
    up = np.full((1, len(COINS)), 0.01)
    state, _ = state.issue(after(hours), up, np.full(len(COINS), 100.0), BULL, codes, sigmas)
    return state.settle(after(hours + 1), np.full(len(COINS), 101.0))[0]


def _seen_at(state: AccuracyTracker, days: float) -> AccuracyTracker:
    nothing, codes = np.full((1, len(COINS)), np.nan), np.full(len(COINS), LOW)
    hundred = np.full(len(COINS), 100.0)
    return state.issue(after(24 * days), nothing, hundred, BULL, codes, hundred)[0]
