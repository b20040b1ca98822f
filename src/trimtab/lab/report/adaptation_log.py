"""What was adapted, and why: the reason first, as everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from msgspec import Struct

from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRolledBack,
)
from trimtab.domain.facts import Fact
from trimtab.domain.units import Micros
from trimtab.lab.report.axis import date

MOST_SHOWN = 200
"""A page is for reading; the journal has them all."""


class Entry(Struct, frozen=True):
    """One step in the life of an adaptation."""

    at: Micros
    bot: str
    """The topic, where each topic is a bot of its own; else empty."""
    what: str
    because: str


def entries(facts: Iterable[Fact], bot: str = "") -> list[Entry]:
    """The adaptations among the facts, in their order."""
    told = (_entry(fact, bot) for fact in facts)
    return [entry for entry in told if entry is not None]


def adaptation_log(log: list[Entry]) -> str:
    """A list for reading; the earliest when there are too many."""
    if not log:
        return "<p>Nothing was adapted.</p>"
    shown = "".join(_item(entry) for entry in log[:MOST_SHOWN])
    rest = len(log) - MOST_SHOWN
    more = f"<p>And {rest:,} more: the journal has them all.</p>" if rest > 0 else ""
    return f'<ol class="log">{shown}</ol>{more}'


def _entry(fact: Fact, bot: str) -> Entry | None:
    match fact:
        case AdaptationApplied():
            what = f"{fact.rule} on {', '.join(fact.scope)}"
        case AdaptationRolledBack():
            what = "rolled back"
        case AdaptationJudged():
            what = f"judged: {fact.verdict.replace('_', ' ')}"
        case AdaptationFailed():
            return Entry(fact.at, bot, f"failed at {fact.step}", fact.error)
        case _:
            return None
    return Entry(fact.at, bot, what, fact.because)


def _item(entry: Entry) -> str:
    bot = f" <i>{escape(entry.bot)}</i>" if entry.bot else ""
    return (
        f"<li><time>{date(entry.at)}</time><div>{escape(entry.because)}"
        f"<small>{escape(entry.what)}{bot}</small></div></li>"
    )
