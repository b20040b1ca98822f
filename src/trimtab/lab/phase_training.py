"""Learns the figures of the phase detector on simulated markets of a wide range.

The laws of the four states are moved, one figure at a time, as long as the detector's own filter
gives the truth a higher probability. Then the margin is set for a rate of false switches, and the
curve of confidence is fitted on other markets.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.context.phase_detector import PhaseDetector, PhaseParameters
from trimtab.domain.rounding import significant
from trimtab.domain.units import HOUR, Coin
from trimtab.lab.isotonic import isotonic_curve
from trimtab.lab.regimes import VOLATILE
from trimtab.lab.scores.phase_markets import (
    PhaseFamily,
    PhaseMarkets,
    bars_of,
    phase_markets,
)
from trimtab.lab.scores.phase_scores import false_switches

WIDE = PhaseFamily(
    drift=(0.05, 0.4),
    spell=(45.0, 200.0),
    tails=(3.3, 7.0),
    sigma=(0.002, 0.02),
)
ROWS, MARKETS = 6_000, 48
LEARNT = ("weak", "strong", "bear", "sideways", "volatile", "unit", "reaction", "memory", "spell")
START = PhaseParameters(
    weak=0.1,
    strong=0.3,
    bear=1.3,
    sideways=0.6,
    volatile=2.4,
    unit=1.0,
    reaction=0.08,
    memory=0.87,
    spell=100.0,
)
ROUNDS, STEP = 8, 0.1
DIGITS = 3
FALSE_SWITCHES = 7.0
"""In 1000 bars, on average over the wide range: it is higher where trends are weak."""
KNOTS = 11
STABLE = 0.98
"""Bound of reaction and memory together: clustering dies out."""

_HEAD = (
    '"""What the phase detector has learnt. Written by `trimtab lab train-phase`, not by hand."""',
    "",
    "from __future__ import annotations",
    "",
    "VERSION = 1",
)

Readings = NDArray[np.float64]
Loss = Callable[[PhaseParameters], float]


class PhaseTraining(Struct, frozen=True):
    """What was learnt, and how well it fits."""

    parameters: PhaseParameters
    confidence: tuple[float, ...]
    """At evenly spaced beliefs from 0 to 1."""
    loss: float
    """Mean of -ln of the belief in the truth, in nats."""
    loss_before: float


def trained(generator: np.random.Generator) -> PhaseTraining:
    """Equal seeds give equal bits; some ten seconds."""
    teaching, other = (phase_markets(WIDE, ROWS, MARKETS, one) for one in generator.spawn(2))
    loss = _loss_on(teaching)
    learnt = _searched(START, loss)
    learnt = replace(learnt, margin=_margin(learnt, teaching))
    return PhaseTraining(learnt, _confidence(learnt, other), loss(learnt), loss(START))


def read(parameters: PhaseParameters, markets: PhaseMarkets) -> Readings:
    """readings[row, market, reading] of the detector on each market."""
    coins = tuple(Coin(f"C{one}") for one in range(markets.moves.shape[1]))
    detector = PhaseDetector.of(coins, HOUR, parameters)
    return detector.recorded(bars_of(markets.moves))[1][:, :-1]


def _loss_on(markets: PhaseMarkets) -> Loss:
    truth = markets.regimes[:, :, np.newaxis]

    def loss(parameters: PhaseParameters) -> float:
        beliefs = read(parameters, markets)[:, :, 1:]
        return float(-np.log(np.take_along_axis(beliefs, truth, axis=2)).mean())

    return loss


def _searched(start: PhaseParameters, loss: Loss) -> PhaseParameters:
    """Coordinate search: a step that helps is kept and grows, one that does not shrinks."""
    best, least = start, loss(start)
    steps = dict.fromkeys(LEARNT, STEP)
    for _ in range(ROUNDS):
        for name in LEARNT:
            before = least
            for factor in (1.0 + steps[name], 1.0 / (1.0 + steps[name])):
                moved = _moved(best, name, factor)
                if least == before and (found := loss(moved)) < least:
                    best, least = moved, found
            steps[name] *= 1.3 if least < before else 0.5
    return best


def _moved(parameters: PhaseParameters, name: str, factor: float) -> PhaseParameters:
    value: float = getattr(parameters, name)
    moved = 1.0 - (1.0 - value) * factor if name == "memory" else value * factor
    tried = replace(parameters, **{name: float(significant(np.array(moved), DIGITS))})
    return tried if tried.reaction + tried.memory < STABLE else parameters


def _margin(parameters: PhaseParameters, markets: PhaseMarkets) -> float:
    """The least margin, in hundredths, with few enough false switches."""
    for percent in range(5, 95):
        margin = percent / 100.0
        labels = read(replace(parameters, margin=margin), markets)[:, :, 0].astype(np.int64)
        if false_switches(labels, markets.regimes) <= FALSE_SWITCHES:
            return margin
    raise ValueError(f"no margin below 0.95 gives {FALSE_SWITCHES:g} false switches or fewer")


def _confidence(parameters: PhaseParameters, markets: PhaseMarkets) -> tuple[float, ...]:
    readings = read(parameters, markets)
    labels = readings[:, :, 0].astype(np.int64)
    named = labels <= VOLATILE
    beliefs = np.take_along_axis(readings[:, :, 1:], (labels * named)[:, :, np.newaxis], axis=2)
    right = labels == markets.regimes
    return isotonic_curve(beliefs[:, :, 0][named], right[named], KNOTS)


def table_text(training: PhaseTraining) -> bytes:
    """The module `trimtab.context.phase_table`, as it is shipped."""
    figures = (*LEARNT, "margin")
    lines = [f"{name.upper()} = {getattr(training.parameters, name)!r}" for name in figures]
    curve = ", ".join(map(repr, training.confidence))
    return "\n".join((*_HEAD, *lines, f"CONFIDENCE = ({curve})", "")).encode()
