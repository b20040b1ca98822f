"""trimtab lab tune: every trial is kept, and the search goes on where it was ended."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import optuna
import pytest
from optuna.trial import TrialState

from tests.builders.commands import trimtab
from tests.builders.files import Files, write_world
from tests.builders.postgres import Server
from tests.builders.servers import missing
from trimtab.app.lab.tuning.space import SEARCHED, drawn
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings
from trimtab.app.trials_before import luck_of
from trimtab.lab.tuning.choosing import FEWEST_TRADES

DAYS = 100
SHORT = ("--topics", "trend-8h", "--folds", "1", "--embargo", "1")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_world(tmp_path_factory.mktemp("tuned"), rows=24 * DAYS, forecast_every=8)


def words(market: Files, study: Path | str, trials: int, *options: str) -> list[str]:
    return [
        "lab", "tune", *market.options(), "--study", str(study), "--trials", str(trials),
        *SHORT, *options,
    ]  # fmt: skip


def tuned(market: Files, study: Path | str, trials: int, *options: str) -> dict[str, Any]:
    answer = trimtab(*words(market, study, trials, "--json", "-", *options))
    assert answer.code == 0, answer.err
    return msgspec.json.decode(answer.out, type=dict[str, Any])


def trials_in(study: Path) -> list[optuna.trial.FrozenTrial]:
    storage = f"sqlite:///{study}"
    return optuna.load_study(study_name="trimtab", storage=storage).get_trials()


def outcomes(study: Path) -> dict[str, tuple[float | None, list[float]]]:
    """By candidate: its score and the profits of its days."""
    return {
        repr(sorted(one.params.items())): (one.value, one.user_attrs["profits"])
        for one in trials_in(study)
        if one.state is TrialState.COMPLETE
    }


def test_a_search_that_was_killed_loses_the_trial_under_way_and_nothing_else(
    market: Files, tmp_path: Path
) -> None:
    study, again = tmp_path / "killed.db", tmp_path / "again.db"
    killed_after(market, study, 1)
    before = outcomes(study)
    unfinished = [one for one in trials_in(study) if one.state is not TrialState.COMPLETE]
    assert len(unfinished) <= 1
    wanted = len(before) + 1
    found = tuned(market, study, wanted)
    assert found["trials"] == wanted
    after = outcomes(study)
    assert {key: after[key] for key in before} == before
    tuned(market, again, wanted)
    never_killed = outcomes(again)
    both = never_killed.keys() & after.keys()
    # The trial under way is tried again, or gives way to the next candidate.
    assert len(both) >= wanted - 1
    assert {key: after[key] for key in both} == {key: never_killed[key] for key in both}


def killed_after(market: Files, study: Path, trials: int) -> None:
    """A search that would go on for long, in a process of its own, ended by SIGKILL."""
    command = [sys.executable, "-m", "trimtab", *words(market, study, 1_000)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while complete_in(study) < trials:
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"it ended with {process.wait(0.05)} before it was killed")
    finally:
        process.kill()
        process.wait()


def test_a_study_on_postgresql_is_gone_on_with_and_counted(market: Files, postgres: Server) -> None:
    if find_spec("psycopg") is None:
        missing("psycopg is not installed: pip install 'psycopg[binary]' to keep studies there")
    first, second = (
        tuned(market, postgres.url, trials, "--settings", "gate.enter")["trials"]
        for trials in (2, 3)
    )
    assert (first, second) == (2, 3)
    assert luck_of(postgres.url).trials == 3


def test_the_settings_as_shipped_are_tried_beside_those_of_the_user(
    market: Files, tmp_path: Path
) -> None:
    config, study = tmp_path / "trimtab.toml", tmp_path / "t.db"
    config.write_text("[risk]\nleverage = 1.5\n", encoding="utf-8")
    tuned(market, study, 2, "--settings", "risk.leverage", "--config", str(config))
    first, second = sorted(trials_in(study), key=lambda one: one.number)
    assert first.params == {"risk.leverage": 1.5}
    assert second.params == {"risk.leverage": Settings().risk.leverage}


def test_one_who_hardly_trades_is_tried_and_counted_but_not_chosen(
    market: Files, tmp_path: Path
) -> None:
    found = tuned(market, tmp_path / "t.db", 3, "--settings", "gate.enter")
    kept = [sum(one.user_attrs["trades"]) for one in trials_in(tmp_path / "t.db")]
    assert max(kept) < FEWEST_TRADES, "this market has to be a quiet one"
    assert found["trials"] == 3
    assert found["verdict"]["could_be_chosen"] == 1
    assert found["best_trial"] == 0
    assert "Nothing was there to choose" in found["words"]


def complete_in(study: Path) -> int:
    """How many trials the file holds by now; none while it is being made."""
    if not study.exists():
        return 0
    with closing(sqlite3.connect(study)) as database, suppress(sqlite3.Error):
        found = database.execute("SELECT COUNT(*) FROM trials WHERE state = 'COMPLETE'")
        return int(found.fetchone()[0])
    return 0


def test_every_trial_is_kept_and_the_best_is_held_against_their_number(
    market: Files, tmp_path: Path
) -> None:
    out, config = tmp_path / "best.toml", tmp_path / "trimtab.toml"
    config.write_text(
        "[gate]\nenabled = false\n", encoding="utf-8"
    )  # so that it trades from the start
    options = ("--settings", "exits.stop_loss,risk.leverage", "--config", str(config))
    found = tuned(market, tmp_path / "t.db", 3, *options, "--out", str(out))
    assert found["trials"] == found["verdict"]["deflated"]["trials"] == 3
    assert set(found["best"]) == {"exits.stop_loss", "risk.leverage"}
    assert found["last_fold"]["stop"] == found["days"]
    assert read_settings(out).exits.stop_loss == found["best"]["exits.stop_loss"]
    first = min(trials_in(tmp_path / "t.db"), key=lambda one: one.number)
    assert first.params == {"exits.stop_loss": 0.0, "risk.leverage": 1.0}


def test_two_processes_share_a_study(market: Files, tmp_path: Path) -> None:
    found = tuned(market, tmp_path / "t.db", 4, "--workers", "2", "--settings", "gate.enter")
    assert found["trials"] in {4, 5}  # the last two may end together


def test_a_study_is_not_gone_on_with_on_other_data(market: Files, tmp_path: Path) -> None:
    study = tmp_path / "t.db"
    tuned(market, study, 2, "--settings", "gate.enter")
    for options, what in (
        (("--to", "2024-04-08"), "candles, forecasts or funding"),
        (("--seed", "5"), "--seed"),
        (("--locked-from", "2025-01-01"), "--locked-from"),
    ):
        answer = trimtab(*words(market, study, 3, "--settings", "gate.enter", *options))
        assert answer.code == 2
        assert f"t.db: was begun with other {what}" in answer.err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--locked-from", "2024-03-01", "--to", "2024-03-02"), "lies within what is locked"),
        (("--to", "2024-02-10"), "the shortest part has"),
        (("--settings", "costs.taker_fee"), "--settings costs.taker_fee: use some of gate.enter"),
        (("--study", "postgresql://me:secret@host/db"), "a password may not stand in a URL"),
        (("--study", "mysql://host/db"), "name a file, or postgresql://"),
        (("--study", "nowhere/t.db"), "the folder nowhere does not exist"),
    ],
    ids=str,
)
def test_what_cannot_be_tuned_is_told_before_anything_is_tried(
    market: Files, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    answer = trimtab(*words(market, tmp_path / "t.db", 2, *options))
    assert answer.code == 2
    assert complaint in answer.err
    assert "secret" not in answer.err
    assert not (tmp_path / "t.db").exists()


def test_the_locked_days_are_never_read(market: Files, tmp_path: Path) -> None:
    found = tuned(
        market, tmp_path / "t.db", 2, "--settings", "gate.enter", "--locked-from", "2024-04-05"
    )
    assert found["days"] == 31 + 29 + 31 + 4 - 1


def test_candidates_hang_on_seed_and_number_alone() -> None:
    assert drawn(SEARCHED, 1, 7) == drawn(SEARCHED, 1, 7)
    assert drawn(SEARCHED, 1, 7) != drawn(SEARCHED, 2, 7)
    assert drawn(SEARCHED, 1, 7) != drawn(SEARCHED, 1, 8)
