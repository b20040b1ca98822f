"""Hard limits that the world may pass by itself: losses, silence, the clock, and what an account holds."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from msgspec.structs import replace

from trimtab.adaptation.circuit_breakers import Breaker
from trimtab.domain.facts import Derived
from trimtab.domain.observations import AccountReported, OrderRejected, TimePassed
from trimtab.domain.units import HOUR, SECOND, Micros
from trimtab.mind.at_venue import heard, looked_after, reported
from trimtab.mind.letting_go import let_go
from trimtab.mind.mind import Mind
from trimtab.mind.tripping import trip
from trimtab.trading.records import ACTUAL

Guarded = tuple[Mind, list[Derived]]


def guard(before: Mind, mind: Mind) -> Guarded:
    """After a row: has the day or the week lost too much?"""
    if mind.books.day_opened and _limits_losses(mind):
        mind = with_floor(_with_day(mind))
    return _losses(before, mind)


def with_floor(mind: Mind) -> Mind:
    """The actual book halts where a loss limit is passed."""
    if not _limits_losses(mind):
        return mind
    records = mind.books.records.copy()
    floor = max(_floor_of_day(mind), _floor_of_week(mind))
    records["floor"][ACTUAL] = floor
    records["halted"][ACTUAL] |= records["equity"][ACTUAL] < floor
    return replace(mind, books=replace(mind.books, records=records))


def has_fallen(before: Mind, mind: Mind) -> bool:
    """Whether the actual book has just fallen below its drawdown limit."""
    record = mind.books.records[ACTUAL]
    if not record["halted"] or before.books.records[ACTUAL]["halted"]:
        return False
    most = mind.books.policies.records[ACTUAL]["maximum_drawdown"]
    return bool(record["equity"] < record["peak"] * (1.0 - most))


def latch(before: Mind, mind: Mind) -> Guarded:
    """A fall below the drawdown limit stays until a person resumes; told unless it has been."""
    if not has_fallen(before, mind):
        return mind, []
    was_paused = mind.safety.paused_because is not None
    mind, facts = trip(
        mind, mind.books.closed, "drawdown", "performance_degradation", "drawdown limit"
    )
    return mind, [] if was_paused else facts


def checked(mind: Mind, fact: TimePassed | AccountReported | OrderRejected) -> Guarded:
    """The bot against the world: the clock, what the account holds, and orders that never leave."""
    match fact:
        case TimePassed():
            return _see_time(mind, fact)
        case AccountReported():
            return _reconcile(mind, fact)
        case OrderRejected():
            mind, facts = heard(mind, fact)
            mind, cancelled = let_go(mind, fact)
            return mind, [*facts, *cancelled]


def _see_time(mind: Mind, fact: TimePassed) -> Guarded:
    """The bot's own clock: it must not go back, nor must bars come before their time, or not at all."""
    breakers, most = mind.safety.breakers, mind.safety.limits.clock_error
    back, ahead = breakers.clock - fact.at, mind.books.closed - fact.at
    if most is not None and max(back, ahead) > most:
        return trip(mind, fact.at, "clock", "time_passed", _mistimed(back, ahead, most))
    later = replace(breakers, clock=max(breakers.clock, fact.at))
    mind, facts = _silence(mind.with_safety(replace(mind.safety, breakers=later)), fact.at)
    mind, looked = looked_after(mind, fact.at)
    return mind, [*facts, *looked]


def _mistimed(back: int, ahead: int, most: int) -> str:
    if back > most:
        return f"the clock went back by {back / SECOND:g} s"
    return f"a bar closed {ahead / SECOND:g} s ahead of the clock"


def _reconcile(mind: Mind, fact: AccountReported) -> Guarded:
    """What the account holds against the actual book. A coin that is not named is not flat."""
    if mind.venue is not None:
        return reported(mind, fact)
    odd = [
        words
        for place, coin in enumerate(mind.coins)
        if coin in fact.positions and (words := _difference(mind, place, fact.positions[coin]))
    ]
    if not odd:
        return mind, []
    return trip(mind, fact.at, "reconciliation", "account_reported", "; ".join(odd))


def _limits_losses(mind: Mind) -> bool:
    limits = mind.safety.limits
    return limits.daily_loss is not None or limits.weekly_loss is not None


def _with_day(mind: Mind) -> Mind:
    opened = Micros(mind.books.closed - mind.books.interval)
    equity = float(mind.books.records[ACTUAL]["opening"])
    breakers = mind.safety.breakers.opened(opened, equity)
    return mind.with_safety(replace(mind.safety, breakers=breakers))


def _floor_of_day(mind: Mind) -> float:
    return _floor(mind.safety.breakers.day_equity, mind.safety.limits.daily_loss)


def _floor_of_week(mind: Mind) -> float:
    return _floor(mind.safety.breakers.week_equity, mind.safety.limits.weekly_loss)


def _floor(equity: float | None, most: float | None) -> float:
    return -np.inf if equity is None or most is None else equity * (1.0 - most)


def _losses(before: Mind, mind: Mind) -> Guarded:
    """The actual book has just halted at its floor, or at its drawdown limit, which speaks for itself."""
    record = mind.books.records[ACTUAL]
    if not record["halted"] or before.books.records[ACTUAL]["halted"]:
        return mind, []
    facts: list[Derived] = []
    equity, breakers, limits = float(record["equity"]), mind.safety.breakers, mind.safety.limits
    lost: tuple[tuple[Breaker, float | None, float | None], ...] = (
        ("daily_loss", breakers.day_equity, limits.daily_loss),
        ("weekly_loss", breakers.week_equity, limits.weekly_loss),
    )
    for breaker, from_equity, most in lost:
        if from_equity is not None and equity < _floor(from_equity, most):
            fallen = 1.0 - equity / from_equity
            check = f"{breaker} {fallen:.1%} is above its limit of {most or 0.0:.1%}"
            mind, more = trip(mind, mind.books.closed, breaker, "bars_closed", check)
            facts += more
    return mind, facts


def _silence(mind: Mind, at: Micros) -> Guarded:
    """After a start the world has as long again to be heard of."""
    most = mind.safety.limits.silence
    quiet = at - max(mind.books.closed, mind.started.at)
    if most is None or quiet <= most or not mind.books.marks.any():
        return mind, []
    check = f"no bar has closed for {quiet / HOUR:.1f} h, the limit is {most / HOUR:.1f} h"
    return trip(mind, at, "silence", "time_passed", check)


def _difference(mind: Mind, place: int, held: Decimal) -> str | None:
    """In words; None where both agree but for what is on its way."""
    position, lot = mind.books.positions[ACTUAL, place], float(mind.books.lots[place])
    own = int(position["lots"]) * lot
    on_its_way = (abs(int(position["entry_lots"])) + abs(int(position["exit_lots"]))) * lot
    if abs(float(held) - own) <= on_its_way + lot / 2.0:
        return None
    return f"{mind.coins[place]}: the account holds {held}, the books {own:g}"
