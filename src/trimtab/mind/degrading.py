"""When is the bot's own performance an event? At its limits, and where the static twin does better."""

from __future__ import annotations

from trimtab.domain.event_types import PerformanceDegradation
from trimtab.mind.guarding import has_fallen
from trimtab.mind.mind import Mind
from trimtab.trading.marking import SOFT
from trimtab.trading.paired_trial import PATIENCE
from trimtab.trading.records import ACTUAL, TWIN


def degradation(before: Mind, mind: Mind) -> list[PerformanceDegradation]:
    """The worst that has just happened to the actual book, if anything has."""
    record, twin = mind.books.records[ACTUAL], mind.books.records[TWIN]
    if not (record["warns"] or record["alarms"] or has_fallen(before, mind)):
        return []
    drawdown = 1.0 - float(record["equity"] / record["peak"])
    limit = mind.adaptation.configuration.risk.maximum_drawdown or 0.0
    money = {"equity": float(record["equity"]), "peak": float(record["peak"])}
    if has_fallen(before, mind):
        return [PerformanceDegradation(mind.books.closed, drawdown, limit, 1.0, money)]
    if record["halted"] or mind.reduces_only:
        return []
    if record["warns"]:
        soft = SOFT * limit
        return [
            PerformanceDegradation(mind.books.closed, drawdown, soft, 1.0, money, "soft_drawdown")
        ]
    if record["alarms"]:
        evidence = {**money, "static_equity": float(twin["equity"]), "bars_to_chance": PATIENCE}
        confidence = 1.0 - 1.0 / PATIENCE
        return [
            PerformanceDegradation(
                mind.books.closed, drawdown, 0.0, confidence, evidence, "behind_twin"
            )
        ]
    return []
