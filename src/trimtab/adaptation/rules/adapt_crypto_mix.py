"""When the market changes its phase, each topic keeps the coins that it is worth trading on."""

from __future__ import annotations

from math import inf, sqrt

from trimtab.adaptation.allora_optimizer import Standing, standings
from trimtab.adaptation.crypto_recommender import Recommendation, recommend
from trimtab.adaptation.risk_adjuster import WIDTH, entry_threshold
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration, Effect, Gate
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.units import DAY, MARKET, AdaptationId, Bp, Coin, Micros
from trimtab.trading.sizing import uncertainty

NAME = "adapt_crypto_mix"
TRIGGER = "market_regime_change"
DEADLINE = Micros(14 * DAY)
NAMED = 3
"""How many pairs the reason names; the facts hold them all."""


def adapt_crypto_mix(
    configuration: Configuration,
    change: MarketRegimeChange,
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed | AdaptationRefused | None:
    """Only the whole market's phase changes the mix; a coin's own phase does not."""
    if change.coin != MARKET or change.after in {"uncertain", "unknown"}:
        return None
    ranked = standings(configuration, situation, change.after)
    wanted = recommend(configuration, ranked, situation)
    if not wanted.mix:
        return AdaptationRefused(
            change.at, NAME, TRIGGER, _nothing(change, wanted, ranked, configuration.gate or Gate())
        )
    return AdaptationProposed(
        at=change.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change({**wanted.mix}),
        scope=_scope(wanted),
        because=_because(change, wanted),
        confidence=change.confidence,
        expected=_expected(configuration, situation, wanted),
        evidence=change.evidence,
        reduces_risk=not wanted.added,
    )


def _scope(wanted: Recommendation) -> tuple[Coin, ...]:
    return tuple(sorted({one.coin for one in (*wanted.added, *wanted.dropped)}))


def _because(change: MarketRegimeChange, wanted: Recommendation) -> str:
    parts = [f"The market went from {change.before} to {change.after}"]
    parts += _named("Worth trading in it", wanted.added)
    parts += _named("Not worth its costs anywhere in it", wanted.dropped)
    if wanted.candidates:
        parts.append(f"{len(wanted.candidates)} more wait for their gate to open")
    return ". ".join(parts)


def _named(title: str, pairs: tuple[Standing, ...]) -> list[str]:
    if not pairs:
        return []
    more = f" and {len(pairs) - NAMED} more" if len(pairs) > NAMED else ""
    return [f"{title}: {'; '.join(one.in_words() for one in pairs[:NAMED])}{more}"]


def _nothing(
    change: MarketRegimeChange, wanted: Recommendation, ranked: tuple[Standing, ...], gate: Gate
) -> str:
    """Also that none is worth its costs is an answer: it says who comes nearest, and why not."""
    best = f"; the best: {ranked[0].in_words()}{_short_of(ranked[0], gate)}" if ranked else ""
    none = "" if wanted.traded else "; none is worth its costs at this moment"
    return f"{change.before} to {change.after}: no coin has to come or go{none}{best}"


def _short_of(best: Standing, gate: Gate) -> str:
    """What an entry would ask of it, where the gate is closed and the doubt is known."""
    doubt = uncertainty(best.probability, best.net_edge)
    if best.probability > gate.enter or not doubt < inf:
        return ""
    asked = entry_threshold(best.costs, doubt * 1e-4, 1.0, gate)
    return f": {best.net_edge + best.costs:.0f} bp before costs, and an entry asks for {asked:.0f}"


def _expected(configuration: Configuration, situation: Situation, wanted: Recommendation) -> Effect:
    """Edges that come minus edges that go, in bp of equity a bar, while every pair is traded."""
    rows = {topic.name: topic for topic in configuration.topics}
    weight = 1.0 / len(situation.coins)
    gain = noise = 0.0
    for sign, pairs in ((1.0, wanted.added), (-1.0, wanted.dropped)):
        for one in pairs:
            gain += sign * weight * one.net_edge * situation.interval / rows[one.topic].horizon
            sigma = float(situation.sigmas[situation.coins.index(one.coin)])
            noise += weight * sigma * 1e4 if sigma > 0.0 else 0.0
    width = WIDTH * noise / sqrt(DEADLINE / situation.interval)
    traded = [one for one in (*wanted.added, *wanted.dropped) if one.accuracy is not None]
    rate = sum(one.accuracy or 0.0 for one in traded) / len(traded) if traded else 0.5
    return Effect(
        Bp(gain), Bp(gain - width), Bp(gain + width), rate, Micros(situation.at + DEADLINE)
    )
