"""Where an adaptation meets the books: situations out, configurations and counterfactuals in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.answering import in_order
from trimtab.adaptation.judge import ENOUGH, Measured, measured
from trimtab.adaptation.situation import Prospects, Situation
from trimtab.context.accuracy_prospects import prospects
from trimtab.domain.decisions import Decision
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, VolatilityRegime
from trimtab.domain.units import Coin, Micros
from trimtab.mind.in_force import ruled
from trimtab.mind.mind import Mind
from trimtab.trading.books import Books
from trimtab.trading.records import ACTUAL, TWIN


def adapt(mind: Mind, events: Iterable[MarketEvent]) -> tuple[Mind, list[Decision]]:
    """Lets the adaptation engine answer each event; the books follow at once."""
    before, facts = mind, list[Decision]()
    for event in in_order(events):
        if not mind.adaptation.listens_to(event):
            continue
        engine, answer = mind.adaptation.on_event(event, _situation(mind, event), trials(mind))
        facts += answer
        mind = _measured(mind, engine)
    return _in_force(before, mind), facts


def governed(mind: Mind, engine: AdaptationEngine) -> Mind:
    """The mind under another engine: books and counterfactuals trade its configurations."""
    return _in_force(mind, _measured(mind, engine))


def _measured(mind: Mind, engine: AdaptationEngine) -> Mind:
    """With a book for each of the engine's contracts; what they trade follows with `_in_force`."""
    if engine.contracts is mind.adaptation.contracts:
        return replace(mind, adaptation=engine)
    return replace(mind, adaptation=engine, books=_with_counterfactuals(mind, engine))


def _in_force(before: Mind, mind: Mind) -> Mind:
    """All books trade what has been decided since `before`."""
    was, engine = before.adaptation, mind.adaptation
    if engine.configuration is was.configuration and engine.contracts is was.contracts:
        return mind
    moved = ruled(mind)
    return replace(moved, books=moved.books.rebased())


def _with_counterfactuals(mind: Mind, engine: AdaptationEngine) -> Books:
    """One counterfactual book for each contract, in the contracts' order."""
    books = mind.books
    for slot, contract in reversed(list(enumerate(mind.adaptation.contracts))):
        if contract not in engine.contracts:
            books = books.without(TWIN + 1 + slot)
    for contract in engine.contracts:
        if contract not in mind.adaptation.contracts:
            books = books.forked(engine.configuration.capital, ENOUGH)
    return books


def trials(mind: Mind) -> list[Measured]:
    """What every open contract's trial has seen, in the contracts' order."""
    return [
        _of_line(line).turned() if contract.shadow else _of_line(line)
        for line, contract in zip(mind.books.trials, mind.adaptation.contracts, strict=True)
    ]


def _of_line(line: Any) -> Measured:
    sums = int(line["bars"]), float(line["sum"]), float(line["squares"])
    return measured(sums, line["harm"].tolist(), line["help"].tolist())


def _situation(mind: Mind, event: MarketEvent) -> Situation:
    """Under a new regime every forecast is weighed as in that regime, be it real or simulated."""
    if not isinstance(event, MarketRegimeChange):
        return situation_at(mind, event.at)
    phase = PHASES.index(event.after)
    cells = mind.accuracy.cells(phase) if mind.accuracy.has_evidence else ()
    return situation_at(mind, event.at, phase)._replace(
        cells=cells, prospects=_prospects(mind, phase)
    )


def situation_at(mind: Mind, at: Micros, phase: int | None = None) -> Situation:
    """The moment as a rule sees it. `phase`: in which forecasts are weighed; None: the market's."""
    context = mind.context
    phase = mind.phase if phase is None else phase
    equity = mind.books.records["equity"]
    preview = mind.accuracy.preview(phase, context.volatility_regimes, context.sigmas)
    return Situation(
        at,
        mind.started.interval,
        mind.coins,
        mind.adaptation.written,
        preview.probability,
        preview.net_edge,
        context.sigmas,
        (),
        regimes=_regimes(mind),
        changed=mind.adaptation.safety.changed,
        context=PHASES[phase],
        surplus=float(equity[ACTUAL] - equity[TWIN]),
        twins_gain=float(equity[TWIN] - mind.started.twin.capital),
    )


def _prospects(mind: Mind, phase: int) -> Prospects:
    best = prospects(mind.accuracy, phase, mind.context.sigmas)
    return Prospects(best.probability, best.net_edge, mind.context.correlation.correlations())


def _regimes(mind: Mind) -> dict[Coin, VolatilityRegime]:
    codes: list[int] = mind.context.volatility_regimes.tolist()
    regimes: dict[Coin, VolatilityRegime] = {}
    for coin, code in zip(mind.coins, codes, strict=True):
        if VOLATILITY_REGIMES[code] != "unknown":
            regimes[coin] = VOLATILITY_REGIMES[code]
    return regimes
