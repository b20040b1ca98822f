"""How right each topic's forecasts were in each context, and what is thought of the latest."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import ForecastsWeighed, PredictionsSettled
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import MarketContext, VolatilityRegime
from trimtab.domain.units import Coin, Micros, TopicName
from trimtab.records.settled_outcomes import outcomes


class Cell(Struct, frozen=True):
    """A topic's record in one context. Integers, so that shares can be floored honestly."""

    hits: int = 0
    n: int = 0
    """Settled forecasts with a direction; forecasts of long horizons overlap."""
    probability: float | None = None
    """P(net edge > 0 | context): mean over the coins in this context when last weighed."""


Accuracy = dict[str, Cell]
"""By ``topic|phase|volatility``."""


class Weighed(Struct, frozen=True):
    """A topic's latest forecasts, coin by coin."""

    at: Micros
    coins: tuple[Coin, ...]
    reasons: tuple[int, ...]
    """Codes of `domain.reasons`."""
    probability: tuple[float | None, ...]
    net_edge: tuple[float | None, ...]
    """In bp."""


Verdicts = dict[TopicName, Weighed]


def see_accuracy(accuracy: Accuracy, context: MarketContext | None, fact: Fact) -> Accuracy:
    """The matrix after a fact; the same object where nothing changed."""
    match fact:
        case PredictionsSettled():
            return _settled(accuracy, fact)
        case ForecastsWeighed() if context is not None:
            return _weighed(accuracy, context, fact)
        case _:
            return accuracy


def _settled(accuracy: Accuracy, fact: PredictionsSettled) -> Accuracy:
    cells = dict(accuracy)
    for each in outcomes(fact):
        key = _key(fact.topic, each.phase, each.volatility_regime)
        cell = cells.get(key, Cell())
        cells[key] = replace(cell, hits=cell.hits + each.hit, n=cell.n + 1)
    return cells


def _weighed(accuracy: Accuracy, context: MarketContext, fact: ForecastsWeighed) -> Accuracy:
    """Forecasts are weighed, and settled, by the phase of the market and the coin's volatility."""
    cells = dict(accuracy)
    regimes: dict[Coin, VolatilityRegime] = {
        each.coin: each.volatility_regime for each in context.coins
    }
    for topic, row in zip(fact.topics, fact.probability, strict=True):
        for key, told in _by_cell(topic, fact.coins, row, context.phase, regimes).items():
            cells[key] = replace(cells.get(key, Cell()), probability=sum(told) / len(told))
    return cells


def _by_cell(
    topic: TopicName,
    coins: tuple[Coin, ...],
    row: tuple[float | None, ...],
    phase: str,
    regimes: dict[Coin, VolatilityRegime],
) -> dict[str, list[float]]:
    told: dict[str, list[float]] = {}
    for coin, probability in zip(coins, row, strict=True):
        if coin in regimes and probability is not None:
            told.setdefault(_key(topic, phase, regimes[coin]), []).append(probability)
    return told


def _key(topic: TopicName, phase: str, regime: str) -> str:
    return f"{topic}|{phase}|{regime}"


def see_verdicts(verdicts: Verdicts, fact: Fact) -> Verdicts:
    """The latest forecasts of every topic after a fact."""
    if not isinstance(fact, ForecastsWeighed):
        return verdicts
    told = dict(verdicts)
    for row, topic in enumerate(fact.topics):
        columns = fact.reasons[row], fact.probability[row], fact.net_edge[row]
        told[topic] = Weighed(fact.at, fact.coins, *columns)
    return told
