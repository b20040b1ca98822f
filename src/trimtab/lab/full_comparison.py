"""Everything that a comparison says, with what could have shown it wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from msgspec import Struct

from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Costs
from trimtab.domain.facts import Fact
from trimtab.domain.units import Micros, TopicName
from trimtab.lab.comparison import (
    ADAPTED,
    STATIC,
    Difference,
    Differences,
    Pair,
    compare,
    difference,
)
from trimtab.lab.cuts import FEWEST, Cuts, cuts
from trimtab.lab.deflated_sharpe import ONE_TRIAL, Luck, deflated_sharpe
from trimtab.lab.effect_calibration import RuleCalibration, calibration
from trimtab.lab.metrics import BookMetrics, EquityCurve, Marks, daily_equity, pooled
from trimtab.lab.paired_days import FIGURES, PairedDays
from trimtab.lab.round_trips import RoundTrips

Kind = Literal["stress", "placebo", "planted"]
"""Of a control."""
Verdict = Literal["adapting helped", "adapting did not help", "not yet known"]

SURE = 0.95
"""Probability of a Sharpe ratio above 0 from which something counts as found."""
ASKED: dict[Kind, str] = {
    "stress": "nothing: what is left when costs are higher",
    "placebo": "no gain: a Sharpe ratio above 0 is not found, or hardly a trade was made",
    "planted": "found: a Sharpe ratio above 0, with 95 % confidence",
}
BOOKS = (ADAPTED, STATIC)


class Bots(Struct, frozen=True, eq=False):
    """What one variant left behind: a bot for each topic."""

    marks: dict[TopicName, Marks]
    facts: list[Sequence[Fact]]
    round_trips: list[RoundTrips]
    phases: list[Sequence[tuple[Micros, int]]] = []
    """Of each bot: when the market's phase became which (index in PHASES)."""
    cells: dict[TopicName, Sequence[AccuracyCell]] = {}
    """What each bot believes of its topic at the end."""


class CostSplit(Struct, frozen=True):
    """What one book paid, in USD over all topics."""

    fees: float
    spread: float
    """Half the quoted spread of what was traded."""
    impact: float
    """What its own size made worse."""
    funding: float
    """Paid; negative when received."""


class Without(Struct, frozen=True):
    """The system without one of its parts, pooled, and what the part is worth."""

    adapted: BookMetrics
    difference: Differences
    """As configured, less without the part."""


class Control(Struct, frozen=True):
    """A run that has to come out in a known way."""

    pooled: Pair
    asked: str
    passed: bool | None
    """None where nothing is asked of it."""


class Evidence(Struct, frozen=True):
    """How far the adapted book's Sharpe ratio can be believed."""

    trials: int
    """Settings that were looked at before these, as told by the user or counted in a study."""
    variance: float | None
    """Of their daily Sharpe ratios; None where only their number is known."""
    adapted: float | None
    """Probability that it is above what the best of so many worthless trials shows by luck."""
    static: float | None


class FullComparison(Struct, frozen=True):
    """`pooled` gives all topics equal weight."""

    verdict: Verdict
    pooled: Pair
    topics: dict[TopicName, Pair]
    cuts: Cuts
    costs: dict[str, CostSplit]
    evidence: Evidence
    calibration: dict[str, RuleCalibration]
    ablations: dict[str, Without]
    controls: dict[str, Control]

    def pairs(self) -> dict[str, Pair]:
        """Every topic by its name, and `pooled` first."""
        return {"pooled": self.pooled, **{str(name): pair for name, pair in self.topics.items()}}


def full_comparison(
    own: Bots,
    ablations: Mapping[str, Bots],
    controls: Mapping[str, tuple[Kind, Bots]],
    capital: float,
    costs: Costs,
    luck: Luck = ONE_TRIAL,
) -> FullComparison:
    """`own` as configured; `capital` of each bot, in USD. Raises ValueError without bots."""
    found = compare(own.marks, capital)
    runs = list(own.marks.values())
    curves = {book: daily_equity(runs, book) for book in BOOKS}
    days = curves[ADAPTED].at
    sure = {book: _sure(curve, capital, luck) for book, curve in curves.items()}
    return FullComparison(
        verdict=_verdict(found.pooled.difference.sharpe),
        pooled=found.pooled,
        topics=found.topics,
        cuts=cuts(own.round_trips, days, capital),
        costs={book: _split(getattr(found.pooled, book), costs) for book in BOOKS},
        evidence=Evidence(luck.trials, luck.variance, sure[ADAPTED], sure[STATIC]),
        calibration=calibration(own.facts),
        ablations={name: _without(own, bots, capital) for name, bots in ablations.items()},
        controls={name: _control(kind, bots, capital) for name, (kind, bots) in controls.items()},
    )


def _sure(curve: EquityCurve, capital: float, luck: Luck = ONE_TRIAL) -> float | None:
    found = deflated_sharpe(np.diff(curve.equity) / capital, luck.trials, luck.variance)
    return None if found is None else found.probability


def _verdict(sharpe: Difference) -> Verdict:
    """By the interval alone."""
    if sharpe.low is None or sharpe.high is None or sharpe.low <= 0.0 <= sharpe.high:
        return "not yet known"
    return "adapting helped" if sharpe.low > 0.0 else "adapting did not help"


def _split(book: BookMetrics, costs: Costs) -> CostSplit:
    spread = min(book.slippage, book.turnover * costs.half_spread / 1e4)
    return CostSplit(book.fees, spread, book.slippage - spread, book.funding)


def _without(own: Bots, bots: Bots, capital: float) -> Without:
    runs, others = list(own.marks.values()), list(bots.marks.values())
    whole, part = pooled(runs, ADAPTED, capital), pooled(others, ADAPTED, capital)
    found = PairedDays.between(runs, others, ADAPTED, capital).intervals()
    differences = (
        difference(getattr(whole, name), getattr(part, name), found[name]) for name in FIGURES
    )
    return Without(part, Differences(*differences))


def _control(kind: Kind, bots: Bots, capital: float) -> Control:
    pair = compare(bots.marks, capital).pooled
    enough = pair.adapted.trades >= FEWEST
    curve = daily_equity(list(bots.marks.values()), ADAPTED)
    sure = (_sure(curve, capital) if enough else None) or 0.0
    passed = {"placebo": sure < SURE, "planted": sure > SURE, "stress": None}[kind]
    return Control(pair, ASKED[kind], passed)
