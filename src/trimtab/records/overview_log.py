"""The log of what the bot changed, refused, took back and why: reasons first."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.commands import Pause, Resume, StopTrading
from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRefused,
    AdaptationRolledBack,
    CryptoMixChanged,
    RiskAdjustment,
    SafetyPaused,
    SafetyResumed,
    StageChanged,
)
from trimtab.domain.facts import Fact
from trimtab.domain.units import AdaptationId, Coin, Micros
from trimtab.records.overview_difference import difference, leverage_difference, mix_difference

LOG = 200
"""Rows kept."""

REFUSALS = 60
"""Refusals kept; they are many, so they have a list of their own."""


class Entry(Struct, frozen=True):
    """One row of the log; `type` is the tag of the fact, `status` what became of it."""

    seq: int
    at: Micros
    type: str
    status: str
    title: str
    """Trigger or actor."""
    because: str
    rule: str | None = None
    adaptation: AdaptationId | None = None
    scope: tuple[Coin, ...] = ()
    changes: tuple[str, ...] = ()
    confidence: float | None = None
    expected: Effect | None = None
    measured: Effect | None = None
    evidence: dict[str, float] = {}
    outcome: str | None = None
    """Why it ended as it did."""
    times: int = 1
    """How often the same was said in a row."""


Log = tuple[Entry, ...]


def see_log(log: Log, seq: int, fact: Fact) -> Log:
    """The log after a fact; the same object where nothing changed."""
    match fact:
        case AdaptationApplied():
            return _appended(log, _applied(seq, fact))
        case AdaptationJudged(shadow=True):
            return log  # it was never in force
        case AdaptationJudged():
            return _judged(log, seq, fact)
        case AdaptationRolledBack():
            return _rolled_back(log, seq, fact)
        case AdaptationFailed():
            marked = _marked(log, fact.adaptation, "failed", fact.error)
            return _appended(marked, _failed(seq, fact))
        case _:
            entry = _other(seq, fact)
            return _appended(log, entry) if entry and not _echoes(log, entry) else log


def see_refusals(refusals: Log, seq: int, fact: Fact) -> Log:
    """The refusals after a fact; one that repeats the last is counted, not added."""
    if not isinstance(fact, AdaptationRefused):
        return refusals
    last = refusals[-1] if refusals else None
    if last and (last.rule, last.title, last.because) == (fact.rule, fact.trigger, fact.because):
        return (*refusals[:-1], replace(last, at=fact.at, times=last.times + 1))
    entry = Entry(
        seq, fact.at, "adaptation_refused", "refused", fact.trigger, fact.because, rule=fact.rule
    )
    return (*refusals, entry)[-REFUSALS:]


def _appended(log: Log, entry: Entry) -> Log:
    return (*log, entry)[-LOG:]


def _echoes(log: Log, entry: Entry) -> bool:
    """What safety does at an operator's command is told by the command already."""
    last = log[-1] if log else None
    if last is None or last.type not in {"pause", "resume", "stop_trading"}:
        return False
    return entry.type.startswith("safety_") and last.because == entry.because


def _marked(
    log: Log, adaptation: AdaptationId, status: str, outcome: str, measured: Effect | None = None
) -> Log:
    """The row of an adaptation tells how it ended."""
    return tuple(
        replace(entry, status=status, outcome=outcome, measured=measured or entry.measured)
        if entry.adaptation == adaptation and entry.type == "adaptation_applied"
        else entry
        for entry in log
    )


def _original(log: Log, adaptation: AdaptationId) -> Entry | None:
    rows = (entry for entry in reversed(log) if entry.type == "adaptation_applied")
    return next((entry for entry in rows if entry.adaptation == adaptation), None)


def _applied(seq: int, fact: AdaptationApplied) -> Entry:
    return Entry(
        seq, fact.at, "adaptation_applied", "applied", fact.trigger, fact.because,
        rule=fact.rule, adaptation=fact.adaptation, scope=fact.scope,
        changes=difference(fact), confidence=fact.confidence,
        expected=fact.expected, evidence=fact.evidence,
    )  # fmt: skip


def _judged(log: Log, seq: int, fact: AdaptationJudged) -> Log:
    """A row of its own only where none follows: a rollback and a successor have theirs."""
    status = fact.verdict.replace("_", " ")
    marked = _marked(log, fact.adaptation, status, fact.because, fact.measured)
    if fact.verdict in {"superseded", "rolled_back"}:
        return marked
    evidence = {
        "evidence_of_harm": fact.evidence_of_harm,
        "evidence_of_help": fact.evidence_of_help,
        "bars": float(fact.bars),
    }
    entry = Entry(
        seq, fact.at, "adaptation_judged", status, _of("judgement", log, fact.adaptation),
        fact.because, adaptation=fact.adaptation, measured=fact.measured, evidence=evidence,
    )  # fmt: skip
    return _appended(marked, entry)


def _rolled_back(log: Log, seq: int, fact: AdaptationRolledBack) -> Log:
    """The row repeats what is taken back, and the measured effect that led to it."""
    original = _original(log, fact.adaptation)
    entry = Entry(
        seq, fact.at, "adaptation_rolled_back", "rolled back",
        _of("rollback", log, fact.adaptation), fact.because, adaptation=fact.adaptation,
        changes=original.changes if original else (),
        measured=original.measured if original else None,
    )  # fmt: skip
    ended_as = fact.ended_as.replace("_", " ")
    return _appended(_marked(log, fact.adaptation, ended_as, fact.because), entry)


def _of(what: str, log: Log, adaptation: AdaptationId) -> str:
    original = _original(log, adaptation)
    return f"{what} of #{original.seq}" if original else what


def _failed(seq: int, fact: AdaptationFailed) -> Entry:
    because = f"{fact.step} failed ({fact.error}); the configuration is as it was before"
    return Entry(
        seq, fact.at, "adaptation_failed", "failed", "failure", because, adaptation=fact.adaptation
    )


def _other(seq: int, fact: Fact) -> Entry | None:
    match fact:
        case CryptoMixChanged(adaptation=None):
            changes = tuple(mix_difference(fact.topic, fact.added, fact.removed))
            return _plain(seq, fact.at, "crypto_mix_changed", "operator", fact.because, changes)
        case RiskAdjustment(adaptation=None):
            changes = (leverage_difference(fact.coin, fact.before, fact.after),)
            return _plain(seq, fact.at, "risk_adjustment", "operator", fact.because, changes)
        case StageChanged():
            changes = (f"{fact.before} \N{RIGHTWARDS ARROW} {fact.after}",)
            return _plain(seq, fact.at, "stage_changed", "stage", fact.because, changes)
        case _:
            return _safety(seq, fact)


def _safety(seq: int, fact: Fact) -> Entry | None:
    match fact:
        case SafetyPaused():
            return _plain(seq, fact.at, "safety_paused", fact.by, fact.because)
        case SafetyResumed():
            return _plain(seq, fact.at, "safety_resumed", fact.by, fact.because)
        case Pause():
            return _plain(seq, fact.at, "pause", fact.actor, fact.reason)
        case Resume():
            return _plain(seq, fact.at, "resume", fact.actor, fact.reason)
        case StopTrading():
            return _plain(seq, fact.at, "stop_trading", fact.actor, fact.reason)
        case _:
            return None


_STATUS = {
    "crypto_mix_changed": "changed",
    "risk_adjustment": "changed",
    "stage_changed": "changed",
    "safety_paused": "paused",
    "safety_resumed": "resumed",
    "pause": "paused",
    "resume": "resumed",
    "stop_trading": "stopped",
}


def _plain(
    seq: int, at: Micros, tag: str, title: str, because: str, changes: tuple[str, ...] = ()
) -> Entry:
    return Entry(seq, at, tag, _STATUS[tag], title, because, changes=changes)
