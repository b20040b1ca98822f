"""trimtab compare --trials: a number, or a study whose trials are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import optuna
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files, write_world
from trimtab.app.errors import UserError
from trimtab.app.trials_before import luck_of
from trimtab.lab.deflated_sharpe import Luck

PROFITS = np.random.default_rng(1).normal(0.0, 0.01, (3, 60))


def study(path: Path, profits: np.ndarray) -> Path:
    """With these complete trials and one that was cut off."""
    made = optuna.create_study(study_name="trimtab", storage=f"sqlite:///{path}")
    for days in profits:
        trial = optuna.trial.create_trial(value=0.0, user_attrs={"profits": days.tolist()})
        made.add_trial(trial)
    made.ask()
    return path


def test_a_number_is_taken_as_it_is() -> None:
    assert luck_of("140") == Luck(140)


def test_a_study_tells_number_and_variance_of_its_complete_trials(tmp_path: Path) -> None:
    found = luck_of(str(study(tmp_path / "t.db", PROFITS)))
    ratios = PROFITS.mean(axis=1) / PROFITS.std(axis=1, ddof=1)
    assert found.trials == 3
    assert found.variance == pytest.approx(ratios.var(ddof=1))


def test_what_is_neither_is_refused_and_no_file_is_made(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("not a study")
    for told, complaint in (
        ("0", "at least 1"),
        (str(tmp_path / "none.db"), "neither a number nor a file"),
        (str(other), "no study of lab tune"),
        (str(study(tmp_path / "empty.db", PROFITS[:0])), "no trial of it is complete"),
    ):
        with pytest.raises(UserError, match=complaint):
            luck_of(told)
    assert not (tmp_path / "none.db").exists()


def test_compare_tells_what_the_study_holds(tmp_path: Path) -> None:
    market: Files = write_world(tmp_path, rows=24 * 30, forecast_every=8)
    place = study(tmp_path / "t.db", PROFITS)
    words = ("--topics", "trend-8h", "--from", "2024-01-05", "--trials", place, "--json", "-")
    evidence = trimtab("compare", *market.options(), *words).json["evidence"]
    assert evidence["trials"] == 3
    assert evidence["variance"] == pytest.approx(luck_of(str(place)).variance)
