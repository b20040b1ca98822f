"""Where an adaptation meets the books: situations out, configurations and counterfactuals in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec.structs import replace

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.judge import BOUND, ENOUGH, Measured, measured
from trimtab.adaptation.situation import Prospects, Situation
from trimtab.context.accuracy_prospects import prospects
from trimtab.domain.decisions import Decision
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, VolatilityRegime
from trimtab.domain.units import Coin
from trimtab.mind.mind import Mind
from trimtab.trading.books import Books
from trimtab.trading.records import TWIN

SMALLEST_BOUND = 0.01
"""Of a paired difference, in bp of capital."""


def adapt(mind: Mind, events: Iterable[MarketEvent]) -> tuple[Mind, list[Decision]]:
    """Lets the adaptation engine answer each event; the books follow at once."""
    facts: list[Decision] = []
    for event in events:
        if not mind.adaptation.listens_to(event):
            continue
        engine, answer = mind.adaptation.on_event(event, _situation(mind, event), trials(mind))
        facts += answer
        mind = governed(mind, engine)
    return mind, facts


def governed(mind: Mind, engine: AdaptationEngine) -> Mind:
    """The mind under another engine: books and counterfactuals trade its configurations."""
    before = mind.adaptation
    moved = replace(mind, adaptation=engine)
    if engine.configuration is before.configuration and engine.contracts is before.contracts:
        return moved
    books = _with_counterfactuals(mind, engine)
    return replace(moved, books=_ruled(books, mind, engine).rebased())


def _with_counterfactuals(mind: Mind, engine: AdaptationEngine) -> Books:
    """One counterfactual book for each contract, in the contracts' order."""
    books = mind.books
    for slot, contract in reversed(list(enumerate(mind.adaptation.contracts))):
        if contract not in engine.contracts:
            books = books.without(TWIN + 1 + slot)
    for contract in engine.contracts:
        if contract not in mind.adaptation.contracts:
            capital = engine.configuration.capital
            books = books.forked(capital, _bound(mind, contract), ENOUGH)
    return books


def _ruled(books: Books, mind: Mind, engine: AdaptationEngine) -> Books:
    twin = mind.started.twin
    return books.governed([engine.configuration, twin, *engine.counterfactuals()])


def _bound(mind: Mind, contract: Contract) -> float:
    """Where the paired difference is clipped: as if all touched coins moved together."""
    sigmas = dict(zip(mind.coins, np.nan_to_num(mind.context.sigmas).tolist(), strict=True))
    configuration = mind.adaptation.configuration
    step: float = sum(
        sigmas[coin] * _step(configuration.risk.of(coin), contract.change.coin_leverage.get(coin))
        for coin in contract.scope
    )
    return max(BOUND * step / len(mind.coins) * 1e4, SMALLEST_BOUND)


def _step(leverage: float, wanted: float | None) -> float:
    return leverage if wanted is None else abs(leverage - wanted)


def trials(mind: Mind) -> list[Measured]:
    """What every open contract's trial has seen, in the contracts' order."""
    lines = mind.books.trials
    return [
        measured(
            (int(line["bars"]), float(line["sum"]), float(line["squares"])),
            line["harm"].tolist(),
            line["help"].tolist(),
        )
        for line in lines
    ]


def _situation(mind: Mind, event: MarketEvent) -> Situation:
    """Under a new regime every forecast is weighed as in that regime, be it real or simulated."""
    context = mind.context
    regime = event.after if isinstance(event, MarketRegimeChange) else None
    phase = context.market_phase if regime is None else PHASES.index(regime)
    preview = mind.accuracy.preview(phase, context.volatility_regimes, context.sigmas)
    return Situation(
        event.at,
        mind.started.interval,
        mind.coins,
        mind.adaptation.written,
        preview.probability,
        preview.net_edge,
        context.sigmas,
        mind.accuracy.cells(phase) if regime and mind.accuracy.has_evidence else (),
        _prospects(mind, phase) if regime else None,
        _regimes(mind),
        mind.adaptation.safety.changed,
    )


def _prospects(mind: Mind, phase: int) -> Prospects:
    best = prospects(mind.accuracy, phase, mind.context.sigmas)
    return Prospects(best.probability, best.net_edge, mind.context.correlation.correlations())


def _regimes(mind: Mind) -> dict[Coin, VolatilityRegime]:
    codes = mind.context.volatility_regimes.tolist()
    known = zip(mind.coins, (VOLATILITY_REGIMES[code] for code in codes), strict=True)
    return {coin: regime for coin, regime in known if regime != "unknown"}
