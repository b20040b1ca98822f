"""The document says of every kind of proposal which stage applies it."""

from __future__ import annotations

from pathlib import Path

from tests.adaptation.rollout_table import BEGIN, DOCUMENT, END, proposals, table

RULES = Path(__file__).parents[2] / "src" / "trimtab" / "adaptation" / "rules"
TAKES_BACK = "strategy_rollback"
"""Proposes nothing."""


def test_the_document_says_what_the_code_does() -> None:
    told = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert told.strip() == table(), "run python -m tests.adaptation.rollout_table"


def test_no_rule_is_forgotten() -> None:
    rules = {path.stem for path in RULES.glob("*.py")} - {"__init__", TAKES_BACK}
    assert {proposal.rule for _, proposal in proposals()} == rules


def test_only_giving_back_passes_in_shadow() -> None:
    for row in table().splitlines()[2:]:
        _, _, proposes, shadow, _, full, _ = (part.strip() for part in row.split("|"))
        assert (shadow == "applied") is proposes.startswith("gives back")
        assert full == "applied"
