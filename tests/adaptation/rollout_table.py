"""The table of docs/rollout.md, from what the rules propose and the safety monitor says to it.

`python -m tests.adaptation.rollout_table` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    COINS,
    ETH,
    NAMED,
    QUICK,
    SLOW,
    SOL,
    cell,
    drop,
    engine,
    odd_volume,
    parting,
    regime,
    situation,
    spike,
)
from trimtab.adaptation.adapted import Adapted
from trimtab.adaptation.answering import ask_rule
from trimtab.adaptation.changes import applied
from trimtab.adaptation.readmit_pairs import readmit_pairs
from trimtab.adaptation.rollout import LADDER
from trimtab.adaptation.safety_monitor import Approved, SafetyMonitor
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Stage
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.units import Micros

DOCUMENT = Path(__file__).parents[2] / "docs" / "rollout.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
SURE = [[0.9] * 3] * 2
WEAK = [[0.1, 0.1, 0.1], [0.9, 0.9, 0.9]]
KNOWN = tuple(cell(QUICK, coin, 50, 121) for coin in COINS)


def proposals() -> list[tuple[str, AdaptationProposed]]:
    """Every kind of proposal that a rule makes, in words."""
    start = engine()
    calm, doubtful = situation(SURE), situation(WEAK, cells=KNOWN)
    without_one = _changed(start, Change({QUICK: (BTC, ETH)}))
    without_two = _changed(start, Change({QUICK: (BTC,), SLOW: (BTC,)}))
    asked: list[tuple[str, Adapted, MarketEvent, Situation]] = [
        ("tightens a coin", start, spike(SOL), calm),
        ("gives back", _after(spike(SOL)), spike(SOL, over=True), calm),
        ("cuts the coins that part", start, parting((ETH, SOL)), calm),
        ("gives back", _after(parting((ETH, SOL))), parting(), calm),
        ("pauses a topic", start, drop(), calm),
        ("gives back", _after(drop()), drop(over=True), calm),
        ("widens a coin's guard", start, odd_volume(), calm),
        ("gives back", _after(odd_volume()), odd_volume(over=True), calm),
        ("drops coins", start, regime("bear"), doubtful),
        ("adds one coin", without_one, regime("bull"), calm),
        ("adds several coins", without_two, regime("bull"), calm),
    ]
    back = readmit_pairs(without_one.configuration, ((QUICK, SOL),), calm, NAMED)
    answers = [(words, _proposed(now, event, moment)) for words, now, event, moment in asked]
    return [*answers, ("gives back what its gate lets pass", back)]


def table() -> str:
    """Markdown: rule, what it proposes, and whether each stage applies it."""
    rows = ["| rule | proposes | " + " | ".join(LADDER) + " |", "|---|---|" + "---|" * len(LADDER)]
    for words, proposal in proposals():
        says = " | ".join(
            "applied" if _applies(stage, proposal) else "measured only" for stage in LADDER
        )
        rows.append(f"| `{proposal.rule}` | {words} | {says} |")
    return "\n".join(rows)


def _applies(stage: Stage, proposal: AdaptationProposed) -> bool:
    monitor = SafetyMonitor(stage, Micros(0))
    return isinstance(monitor.is_safe_to_adapt(proposal, ()), Approved)


def _proposed(now: Adapted, event: MarketEvent, moment: Situation) -> AdaptationProposed:
    answer = ask_rule(now, event, moment, NAMED)
    assert isinstance(answer, AdaptationProposed), answer
    return answer


def _after(event: MarketEvent) -> Adapted:
    return engine().on_event(event, situation(SURE), [])[0]


def _changed(now: Adapted, change: Change) -> Adapted:
    return replace(now, configuration=applied(now.configuration, change))


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")
