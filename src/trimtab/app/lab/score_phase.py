"""Scores the phase detector against its rivals on common markets that it did not learn from."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from statistics import median

import numpy as np
from msgspec import Struct

from trimtab.app.lab.phase_libraries import library_rivals
from trimtab.context.phase_confidence import confidences
from trimtab.context.phase_detector import PhaseDetector, PhaseParameters
from trimtab.domain.market_context import PHASES
from trimtab.domain.units import HOUR, Coin
from trimtab.lab.phase_training import read
from trimtab.lab.regimes import VOLATILE
from trimtab.lab.scores.phase_markets import PhaseFamily, PhaseMarkets, bars_of, phase_markets
from trimtab.lab.scores.phase_picture import phase_picture
from trimtab.lab.scores.phase_rivals import Labels, Rival, averages, changes, held, naive
from trimtab.lab.scores.phase_scores import PhaseScore, calibration_error, phase_score

SEED = 20_250_101
ROWS, LIVE = 8_000, 1_500
UNCERTAIN = PHASES.index("uncertain")

INSIDE = {
    "trends of 0.1": PhaseFamily((0.1, 0.1)),
    "trends of 0.25": PhaseFamily((0.25, 0.25)),
}
"""Compared with rivals. A trend is the drift in units of the volatility."""
OUTSIDE = {
    "spells of 40 bars": PhaseFamily((0.1, 0.1), spell=(40.0, 40.0)),
    "spells of 400 bars": PhaseFamily((0.25, 0.25), spell=(400.0, 400.0)),
    "trends of 0.03": PhaseFamily((0.03, 0.03)),
    "trends of 0.5": PhaseFamily((0.5, 0.5)),
    "tails of 2.6": PhaseFamily((0.1, 0.1), tails=(2.6, 2.6)),
    "no clustering": PhaseFamily((0.1, 0.1), reaction=(0.0, 0.0), memory=(0.0, 0.0)),
    "strong clustering": PhaseFamily((0.1, 0.1), reaction=(0.15, 0.15), memory=(0.83, 0.83)),
    "tails of 30": PhaseFamily((0.1, 0.1), tails=(30.0, 30.0)),
}
"""Beyond the range that was learnt from."""
RIVALS: dict[str, Rival] = {
    "naive": naive,
    "averages with hysteresis": averages,
    "change points": changes,
}
STRENGTHS = (0.5, 0.75, 1.0, 1.5)
HOLDS = (1, 2, 4, 8, 12, 16, 24)
TEACHING, TAUGHT = 100, 6
"""Stream and number of the markets that fitted rivals learn from."""


class RivalScore(Struct, frozen=True):
    """A rival with the settings that do best here, among those without more false switches."""

    name: str
    strength: float
    hold: int
    score: PhaseScore


class FamilyScore(Struct, frozen=True):
    """On markets of one family."""

    family: str
    score: PhaseScore
    calibration_error: float
    """Of the confidence, while a phase is named."""
    uncertain: float
    """Share of bars."""
    naive: PhaseScore | None = None
    """As it is, with as many false switches as it makes."""
    rivals: tuple[RivalScore, ...] = ()


class PhaseSpeed(Struct, frozen=True):
    """CPU time of the detector alone; medians."""

    live_step_us: float
    """15 coins and the market."""
    cell_bar_ns: float
    """In chunks, stops included."""


class PhaseScores(Struct, frozen=True):
    """What `trimtab lab score phase` reports."""

    inside: tuple[FamilyScore, ...]
    outside: tuple[FamilyScore, ...]
    speed: PhaseSpeed


def score_phase(seeds: int) -> PhaseScores:
    """On so many markets of each family, each a year long."""
    inside = tuple(
        _compared(name, *_measured(name, family, number, seeds), _taught(family))
        for number, (name, family) in enumerate(INSIDE.items())
    )
    outside = tuple(
        _measured(name, family, len(INSIDE) + number, seeds)[0]
        for number, (name, family) in enumerate(OUTSIDE.items())
    )
    return PhaseScores(inside, outside, _speed())


def picture() -> str:
    """The detector on one market, beside the truth, as SVG."""
    markets = _markets(INSIDE["trends of 0.25"], 0, 1)
    labels = read(PhaseParameters(), markets)[:, :, 0].astype(np.int64)
    last = slice(-1_500, None)
    return phase_picture(
        np.exp(np.cumsum(markets.moves[last, 0])), markets.regimes[last, 0], labels[last, 0]
    )


def _markets(family: PhaseFamily, stream: int, count: int) -> PhaseMarkets:
    return phase_markets(family, ROWS, count, np.random.default_rng((SEED, stream)))


def _measured(
    name: str, family: PhaseFamily, stream: int, count: int
) -> tuple[FamilyScore, PhaseMarkets]:
    markets = _markets(family, stream, count)
    readings = read(PhaseParameters(), markets)
    labels = readings[:, :, 0].astype(np.int64)
    named = labels <= VOLATILE
    sure = confidences(labels, readings[:, :, 1:])
    error = calibration_error(sure[named], (labels == markets.regimes)[named])
    uncertain = float(np.count_nonzero(labels == UNCERTAIN) / labels.size)
    return FamilyScore(name, phase_score(labels, markets.regimes), error, uncertain), markets


def _taught(family: PhaseFamily) -> dict[str, Rival]:
    """All rivals; those that are fitted have seen other markets of this family."""
    teaching = _markets(family, TEACHING, TAUGHT)
    return {**RIVALS, **library_rivals(teaching)}


def _compared(
    name: str, own: FamilyScore, markets: PhaseMarkets, rivals: dict[str, Rival]
) -> FamilyScore:
    allowed = own.score.false_switches
    scores = (_best(rival, label, allowed, markets) for rival, label in rivals.items())
    return FamilyScore(
        name,
        own.score,
        own.calibration_error,
        own.uncertain,
        phase_score(naive(markets.moves, 1.0), markets.regimes),
        tuple(scores),
    )


def _best(name: str, rival: Rival, false_switches: float, markets: PhaseMarkets) -> RivalScore:
    """Chosen on the very markets that it is scored on: in the rival's favour."""
    tried = [
        RivalScore(name, strength, hold, phase_score(labels, markets.regimes))
        for strength, hold, labels in _variants(rival, markets)
    ]
    allowed = [one for one in tried if one.score.false_switches <= false_switches]
    quietest = min(tried, key=lambda one: one.score.false_switches)
    return max(allowed, key=lambda one: one.score.balanced_accuracy, default=quietest)


def _variants(rival: Rival, markets: PhaseMarkets) -> Iterator[tuple[float, int, Labels]]:
    for strength in STRENGTHS:
        labels = rival(markets.moves, strength)
        for hold in HOLDS:
            yield strength, hold, held(labels, hold)


def _speed() -> PhaseSpeed:
    bars = bars_of(_markets(INSIDE["trends of 0.1"], 0, 15).moves)
    start = PhaseDetector.of(tuple(Coin(f"C{coin}") for coin in range(15)), HOUR)

    def chunks() -> float:
        gc.collect()
        began, state, row = time.process_time(), start, 0
        while row < len(bars):
            state, row = state.advance(bars, row, len(bars))
        return time.process_time() - began

    def steps() -> float:
        gc.collect()
        began, state = time.process_time(), start
        for row in range(LIVE):
            state, _ = state.advance(bars, row, row + 1)
        return (time.process_time() - began) / LIVE

    chunks()
    seconds, step = median(chunks() for _ in range(5)), median(steps() for _ in range(5))
    return PhaseSpeed(round(1e6 * step, 2), round(1e9 * seconds / (len(bars) * 16), 1))
