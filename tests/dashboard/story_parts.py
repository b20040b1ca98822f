"""The longer facts of the story: configuration, contexts, adaptations, books."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from trimtab.domain.canonical import event_id, hash_of
from trimtab.domain.configuration import (
    Change,
    Configuration,
    Effect,
    Instrument,
    RiskLimits,
    Topic,
)
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRolledBack,
    BooksMarked,
    CryptoMixChanged,
    RiskAdjustment,
)
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import (
    VOLATILITY_REGIMES,
    CoinContext,
    MarketContext,
    Phase,
    PhaseProbabilities,
    VolatilityRegime,
)
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import AdaptationId, Bp, Coin, Leverage, Micros, TopicName

HOUR = 3_600_000_000
START_AT = 1_714_521_600_000_000
"""2024-05-01T00:00Z."""

COINS = tuple(map(Coin, ("BTC", "ETH", "SOL", "DOGE", "LINK", "AVAX", "BNB", "ARB")))
TOPICS = tuple(map(TopicName, ("pooled-8h", "pooled-24h", "ridge-8h", "ridge-24h")))

BEFORE = Configuration(
    topics=tuple(
        Topic(name, "log_return", Micros((8 if "8h" in name else 24) * HOUR)) for name in TOPICS
    ),
    mix={TOPICS[0]: COINS[:5], TOPICS[2]: COINS[:3]},
    risk=RiskLimits(leverage=Leverage(2.0)),
)
AFTER = replace(BEFORE, mix={**BEFORE.mix, TOPICS[0]: (*COINS[:3], COINS[5])})
TIGHT = replace(
    AFTER,
    risk=RiskLimits(
        leverage=Leverage(2.0), coin_leverage={COINS[2]: Leverage(1.0), COINS[3]: Leverage(1.2)}
    ),
)


def started() -> EngineStarted:
    """The first fact."""
    return EngineStarted(
        Micros(START_AT),
        "story",
        "demo",
        "full",
        Micros(HOUR),
        BEFORE,
        hash_of(BEFORE),
        tuple(Instrument(coin, 3) for coin in COINS),
        BEFORE,
        seed=7,
    )


def context_at(
    at: Micros, phase: Phase, confidence: float, chance: np.random.Generator
) -> MarketContext:
    """A context in which `phase` is held to be likely."""
    rest = (1.0 - confidence) / 3
    told = dict.fromkeys(("bull", "bear", "sideways", "volatile"), rest)
    probabilities = PhaseProbabilities(**{**told, phase: confidence})
    risk = {
        "uncertain": 40.0,
        "unknown": 50.0,
        "sideways": 22.0,
        "bull": 31.0,
        "bear": 58.0,
        "volatile": 84.0,
    }[phase]
    coins = tuple(
        CoinContext(
            coin,
            phase,
            confidence,
            probabilities,
            0.006,
            1.0 + float(chance.random()),
            VOLATILITY_REGIMES[int(chance.integers(0, 3))],
            phase == "volatile" and index < 2,
            0.4,
        )
        for index, coin in enumerate(COINS)
    )
    regime: VolatilityRegime = "high" if phase == "volatile" else "medium"
    return MarketContext(
        at, phase, confidence, probabilities, 0.0071, 1.9 if regime == "high" else 1.1, regime,
        0.62, 0.8, risk, coins,
    )  # fmt: skip


def _expected(at: Micros) -> Effect:
    return Effect(Bp(2.0), Bp(-1.0), Bp(5.0), 0.53, Micros(at + 72 * HOUR))


def _adaptation(hour: int) -> AdaptationId:
    return AdaptationId(event_id("story", Micros(START_AT + hour * HOUR), 1))


def applied(at: Micros, phase: str, hour: int) -> Iterator[Fact]:
    """The mix follows the regime."""
    because = (
        f"The market turned {phase}. In {phase} markets pooled-8h is right 57 % of the time on "
        "AVAX (n = 412) and 49 % on DOGE and LINK (n = 388): AVAX joins, DOGE and LINK leave."
    )
    yield AdaptationApplied(
        at, _adaptation(hour), "adapt_crypto_mix", "market_regime_change", Change(mix={**AFTER.mix}),
        Change(mix={**BEFORE.mix}), (COINS[3], COINS[4], COINS[5]), because, 0.87, _expected(at),
        {"confidence": 0.87, "accuracy_avax": 0.57, "accuracy_doge": 0.49}, "full",
        BEFORE.risk.leverage, hash_of(BEFORE), hash_of(AFTER), 2,
    )  # fmt: skip
    yield CryptoMixChanged(
        at, _adaptation(hour), TOPICS[0], (COINS[5],), (COINS[3], COINS[4]), because
    )


def tightened(at: Micros, hour: int) -> Iterator[Fact]:
    """A spike lowers leverage."""
    because = "SOL moves 2.4 times more than usual, DOGE 2.1 times: their leverage falls with it."
    yield AdaptationApplied(
        at, _adaptation(hour), "tighten_risk", "volatility_spike",
        Change(coin_leverage={**TIGHT.risk.coin_leverage}),
        Change(coin_leverage=dict.fromkeys(TIGHT.risk.coin_leverage)), (COINS[2], COINS[3]), because,
        0.94, _expected(at), {"ratio_sol": 2.4, "ratio_doge": 2.1}, "full",
        AFTER.risk.leverage, hash_of(AFTER), hash_of(TIGHT), None,
    )  # fmt: skip
    yield RiskAdjustment(at, _adaptation(hour), COINS[2], 2.0, 1.0, because)
    yield RiskAdjustment(at, _adaptation(hour), COINS[3], 2.0, 1.2, because)


def rolled_back(at: Micros, hour: int) -> AdaptationRolledBack:
    """One change did not help."""
    because = (
        "The mix before it would have earned 3.1 bp more a bar over 37 bars (evidence of harm "
        "24 of 20): the former mix is restored."
    )
    return AdaptationRolledBack(at, _adaptation(hour), because, BEFORE, hash_of(BEFORE))


def books_at(at: Micros, hour: int, chance: np.random.Generator) -> BooksMarked:
    """Two books that part slowly."""
    wave = float(np.sin(hour / 60))
    own = 10_000 + hour * 0.55 + 60 * wave + float(chance.normal(0, 12))
    twin = 10_000 + hour * 0.18 + 85 * wave + float(chance.normal(0, 18))
    trades = (hour // 5, hour // 3)
    return BooksMarked(
        at, ("adapted", "static"), (own, twin), trades,
        (int(trades[0] * 0.54), int(trades[1] * 0.5)), (hour * 0.6, hour * 0.2),
        (hour * 0.05, hour * 0.09), (0.0, 0.0), (hour * 220.0, hour * 400.0),
    )  # fmt: skip
