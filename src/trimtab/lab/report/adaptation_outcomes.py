"""Every change of a comparison, with what was expected of it and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from trimtab.domain.decisions import AdaptationApplied, AdaptationFailed, AdaptationJudged
from trimtab.domain.facts import Fact
from trimtab.domain.units import AdaptationId, Micros, TopicName
from trimtab.lab.full_comparison import Bots
from trimtab.lab.report.axis import date
from trimtab.lab.report.figures import NOTHING
from trimtab.lab.report.tables import table

MOST_SHOWN = 200
"""A page is for reading; the table beside it has them all."""


class Outcome(NamedTuple):
    """One change from its beginning to its end. Effects in bp of equity a bar."""

    at: Micros
    topic: TopicName
    rule: str
    scope: str
    because: str
    expected: float
    verdict: str
    measured: float | None
    bars: int


def all_outcomes(bots: Bots) -> list[Outcome]:
    """Of all bots, by time."""
    told = zip(bots.marks, bots.facts, strict=True)
    found = [outcome for topic, facts in told for outcome in _of(topic, facts)]
    return sorted(found, key=lambda one: one.at)


def outcomes(bots: Bots) -> str:
    """A table for reading; the latest where there are too many."""
    found = all_outcomes(bots)
    if not found:
        return "<p>Nothing was changed.</p>"
    shown = table(
        f"The last {min(len(found), MOST_SHOWN):,} of {len(found):,} changes; bp of equity a bar",
        ("Day", "topic", "rule", "coins", "expected", "measured", "bars", "ended"),
        map(_row, found[-MOST_SHOWN:]),
    )
    return f'<div class="left">{shown}</div>'


def _of(topic: TopicName, facts: Sequence[Fact]) -> Iterator[Outcome]:
    ends: dict[AdaptationId, AdaptationJudged | AdaptationFailed] = {
        fact.adaptation: fact
        for fact in facts
        if isinstance(fact, AdaptationJudged | AdaptationFailed)
    }
    for fact in facts:
        if isinstance(fact, AdaptationApplied):
            end = ends.get(fact.adaptation)
            judged = end if isinstance(end, AdaptationJudged) else None
            yield Outcome(
                fact.at, topic, fact.rule, " ".join(fact.scope), fact.because,
                fact.expected.net_edge, _ended(end),
                judged.measured.net_edge if judged else None, judged.bars if judged else 0,
            )  # fmt: skip


def _ended(end: AdaptationJudged | AdaptationFailed | None) -> str:
    if end is None:
        return "not measured"
    return "failed" if isinstance(end, AdaptationFailed) else end.verdict.replace("_", " ")


def _row(one: Outcome) -> tuple[str, ...]:
    scope = one.scope if len(one.scope) <= 24 else f"{one.scope[:21]}..."
    measured = NOTHING if one.measured is None else f"{one.measured:+.2f}"
    return (
        f'<span title="{escape(one.because)}">{date(one.at)}</span>', escape(one.topic),
        escape(one.rule), escape(scope), f"{one.expected:+.2f}", measured, f"{one.bars}",
        escape(one.verdict),
    )  # fmt: skip
