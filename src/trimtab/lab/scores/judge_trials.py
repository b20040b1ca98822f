"""A whole bot with one contract, whose effect is known, from its opening to the verdict.

The fold, the books, the paired trial, the judge and the engine are the bot's own. Planted are the
prices, and what fills bring beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.adaptation.changes import applied, inverse
from trimtab.adaptation.contracts import Contract
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import (
    Change,
    Configuration,
    Effect,
    Instrument,
    RiskLimits,
    Topic,
)
from trimtab.domain.decisions import (
    AdaptationJudged,
    AdaptationProposed,
    AdaptationRolledBack,
    Verdict,
)
from trimtab.domain.facts import Derived
from trimtab.domain.observations import Bars, BarsClosed, EngineStarted, PredictionsIssued
from trimtab.domain.units import DAY, HOUR, AdaptationId, Bp, Coin, Leverage, Micros, TopicName
from trimtab.lab.scores.judge_markets import ARM_SPREAD, CORRELATION, Family
from trimtab.mind.adapting import governed
from trimtab.mind.advance import advance
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.trading.records import ACTUAL, TWIN

HOURS = 14 * 24
"""From the opening of the contract to its deadline."""

_HELD, _CHANGED = Coin("HELD"), Coin("CHANGED")
_COINS = (_HELD, _CHANGED)
_TOPIC = TopicName("always")
_OPENED = Micros(1_704_067_200_000_000)
_WRITTEN = Configuration(
    topics=(Topic(_TOPIC, "log_return", Micros(60 * DAY)),),
    mix={_TOPIC: _COINS},
    risk=RiskLimits(Leverage(2.0), maximum_drawdown=None),
    gate=None,
    capital=1_000_000.0,
)
_PRICE, _VOLUME = 100.0, 1e9


class Ending(Struct, frozen=True):
    """How a contract ended."""

    verdict: Verdict
    hours: int
    """From its opening."""
    restored: bool | None
    """Whether the configuration is exactly what it was before; None if the change stays."""


def ending(family: Family, effect: float, generator: np.random.Generator) -> Ending:
    """The end of a contract that brings `effect` bp of capital an hour; it adds risk."""
    market, fills = generator.spawn(2)
    gains = family.noise(fills, HOURS) * family.spread
    traded = gains.any(axis=0)
    gains[0] += effect * traded / traded.mean()
    before = _holding()
    mind = _changed(before)
    hash_before = hash_of(before.adaptation.configuration)
    for hour, bars in enumerate(_bars(market), 1):
        mind, facts, _ = advance(_filled(mind, gains[:, hour - 1]), bars, 0)
        judged = next((fact for fact in facts if isinstance(fact, AdaptationJudged)), None)
        if judged is not None:
            return Ending(judged.verdict, hour, _restored(mind, facts, hash_before))
    raise AssertionError("no verdict at the deadline")


def _restored(mind: Mind, facts: list[Derived], before: str) -> bool | None:
    told = [fact.configuration_hash for fact in facts if isinstance(fact, AdaptationRolledBack)]
    return {*told, hash_of(mind.adaptation.configuration)} == {before} if told else None


@cache
def _holding() -> Mind:
    """A bot that holds one coin for good."""
    started = EngineStarted(
        at=_OPENED,
        bot="judged",
        mode="backtest",
        stage="shadow",  # nothing else may change meanwhile
        interval=HOUR,
        configuration=_WRITTEN,
        configuration_hash=hash_of(_WRITTEN),
        instruments=tuple(map(Instrument, _COINS)),
        twin=_WRITTEN,
    )
    mind = Mind.of(started)
    first = Micros(_OPENED + HOUR)
    mind, _ = react(mind, BarsClosed(first, HOUR, _COINS, _flat(_PRICE)))
    mind, _ = react(mind, PredictionsIssued(first, (_TOPIC,), (_HELD,), ((0.1,),)))
    mind, _ = react(mind, BarsClosed(Micros(first + HOUR), HOUR, _COINS, _flat(_PRICE)))
    return mind


def _changed(mind: Mind) -> Mind:
    """The same bot under a contract that is open for 14 days."""
    now, engine = mind.books.closed, mind.adaptation
    change = Change(coin_leverage={_CHANGED: Leverage(3.0)})
    proposal = AdaptationProposed(
        at=now,
        adaptation=AdaptationId("planted"),
        rule="planted",
        trigger="planted",
        change=change,
        scope=(_CHANGED,),
        because="its effect is known",
        confidence=1.0,
        expected=Effect(Bp(0.0), Bp(0.0), Bp(0.0), 0.5, Micros(now + HOURS * HOUR)),
        evidence={},
        reduces_risk=False,
    )
    contract = Contract.of(proposal, inverse(engine.configuration, change))
    after = applied(engine.configuration, change)
    moved = governed(mind, replace(engine, configuration=after, contracts=(contract,)))
    trials = moved.books.trials.copy()
    trials["rebased"] = False  # the first hour counts as well: all start level
    return replace(moved, books=replace(moved.books, trials=trials))


def _filled(mind: Mind, gains: NDArray[np.float64]) -> Mind:
    """`gains` of the adapted and the other arm, in bp of capital: what this hour's fills bring."""
    records = mind.books.records.copy()
    records["cash"][[ACTUAL, TWIN + 1]] += gains * 1e-4 * _WRITTEN.capital
    return replace(mind, books=replace(mind.books, records=records))


def _bars(market: np.random.Generator) -> Iterator[Bars]:
    """One row an hour; what both books hold moves each arm as much as both have in common."""
    spread = ARM_SPREAD * 1e-4 * CORRELATION**0.5
    for price in (_PRICE * np.exp(np.cumsum(market.normal(0.0, spread, HOURS)))).tolist():
        yield _flat(price)


def _flat(price: float) -> Bars:
    bars = np.array([[[price, _PRICE]] * 4 + [[_VOLUME, _VOLUME]]])
    bars.flags.writeable = False
    return bars
