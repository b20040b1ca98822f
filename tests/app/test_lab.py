"""trimtab lab: the shipped table is what the training makes, and scores come with their rivals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from trimtab.app.lab import score_phase
from trimtab.app.lab.train_phase import SHIPPED, train
from trimtab.lab.phase_training import table_text


def test_the_shipped_table_is_what_the_training_makes() -> None:
    made = table_text(train())
    assert made == SHIPPED.read_bytes()


def test_a_table_that_differs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.lab.phase_training.ROWS", 400)
    monkeypatch.setattr("trimtab.lab.phase_training.MARKETS", 2)
    monkeypatch.setattr("trimtab.lab.phase_training.ROUNDS", 1)
    table = tmp_path / "table.py"
    assert trimtab("lab", "train-phase", "--out", str(table)).code == 0
    assert trimtab("lab", "train-phase", "--out", str(table), "--check").code == 0
    table.write_bytes(table.read_bytes() + b"# mine\n")
    answer = trimtab("lab", "train-phase", "--out", str(table), "--check")
    assert answer.code == 1
    assert "differs" in answer.err


def test_scores_hold_the_detector_and_its_rivals_to_the_same_markets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_phase, "ROWS", 1_600)
    drawn = tmp_path / "phase.svg"
    answer = trimtab(
        "lab", "score", "phase", "--seeds", "2", "--json", "-", "--picture", str(drawn)
    )
    assert answer.code == 0
    figures = json.loads(answer.out)
    for family in figures["inside"]:
        assert {rival["name"] for rival in family["rivals"]} == set(score_phase.RIVALS)
        assert family["score"]["balanced_accuracy"] > 0.25
    assert drawn.read_text(encoding="utf-8").startswith("<svg")
