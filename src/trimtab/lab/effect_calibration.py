"""Whether adaptations did what they were expected to do, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from trimtab.domain.decisions import AdaptationApplied, AdaptationJudged, Verdict
from trimtab.domain.facts import Fact
from trimtab.domain.units import AdaptationId

FEWEST = 20
"""Judged contracts without which the share within the interval is not told."""


class RuleCalibration(Struct, frozen=True):
    """The contracts of one rule that were in force."""

    applied: int
    verdicts: dict[Verdict, int]
    ran: int
    """Contracts that ran their course: only those can be held against what was expected."""
    expected: float | None
    """Mean expected effect of these, bp of equity a bar."""
    measured: float | None
    """Mean measured effect of these, bp of equity a bar."""
    within: float | None
    """Share whose 90 % interval held; None for fewer than 20."""


def calibration(runs: Iterable[Iterable[Fact]]) -> dict[str, RuleCalibration]:
    """By rule, over the facts of several bots, each in its order."""
    applied: dict[str, int] = {}
    judged: dict[str, list[tuple[AdaptationApplied, AdaptationJudged]]] = {}
    for facts in runs:
        known: dict[AdaptationId, AdaptationApplied] = {}
        for fact in facts:
            match fact:
                case AdaptationApplied():
                    known[fact.adaptation] = fact
                    applied[fact.rule] = applied.get(fact.rule, 0) + 1
                case AdaptationJudged(shadow=False) if fact.adaptation in known:
                    pair = known[fact.adaptation], fact
                    judged.setdefault(pair[0].rule, []).append(pair)
                case _:
                    pass
    return {rule: _of(count, judged.get(rule, [])) for rule, count in sorted(applied.items())}


def _of(applied: int, judged: list[tuple[AdaptationApplied, AdaptationJudged]]) -> RuleCalibration:
    verdicts: dict[Verdict, int] = {}
    for _, end in judged:
        verdicts[end.verdict] = verdicts.get(end.verdict, 0) + 1
    ran = [(begun, end) for begun, end in judged if end.as_expected is not None]
    held = [end.as_expected is True for _, end in ran]
    return RuleCalibration(
        applied,
        verdicts,
        len(ran),
        float(np.mean([begun.expected.net_edge for begun, _ in ran])) if ran else None,
        float(np.mean([end.measured.net_edge for _, end in ran])) if ran else None,
        float(np.mean(held)) if len(held) >= FEWEST else None,
    )
