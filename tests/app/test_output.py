"""What is shown where somebody looks, and only there."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.console import Console

from trimtab.app import output
from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.options import moment, names
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import HOUR, SECOND, Micros

HOURS = [TimePassed(Micros(number * HOUR)) for number in range(1, 2_000)]


def shown(*, terminal: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a run over some facts writes."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, highlight=False)
    monkeypatch.setattr(output, "console", console)
    end = Micros(2_000 * HOUR)
    assert list(output.with_progress(HOURS, "learning", Micros(0), end)) == HOURS
    return screen.getvalue()


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "learning" in shown(terminal=True, monkeypatch=monkeypatch)


def test_a_file_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(terminal=False, monkeypatch=monkeypatch) == ""


def test_notes_are_one_line_each_and_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(output, "console", Console(file=screen, width=20))
    output.warn(["a [bold] name that is longer than the screen is wide", "another"])
    assert screen.getvalue() == (
        "note a [bold] name that is longer than the screen is wide\nnote another\n"
    )


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (1_234, "1,234"), (0.5, "0.5000"), (-1_234.5, "-1,234.5000")]
)
def test_figures_are_easy_to_read(value: float | None, text: str) -> None:
    assert output.figure(value) == text


def test_a_path_that_can_be_written_is_left_alone(tmp_path: Path) -> None:
    for path in (None, Path("-"), tmp_path / "new", Path("new")):
        assert writable(path) == path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.touch(mode=0o400)
    with pytest.raises(UserError, match="mine: may not be written: change the permissions"):
        writable(file)


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        write(tmp_path, b"")
    assert str(told.value) == f"{tmp_path}: cannot be written: Is a directory"


@given(some.lists(some.sampled_from(["BTC", "ETH", "SOL"]), min_size=1))
def test_names_may_be_joined_or_repeated(given_names: list[str]) -> None:
    expected = tuple(given_names)
    assert names([", ".join(given_names)]) == names(given_names) == expected


def test_no_names_are_all() -> None:
    assert names(None) is names([]) is None


@given(some.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - UTC is added
def test_moments_are_utc_unless_they_say_otherwise(at: datetime) -> None:
    seconds = Micros(int(at.replace(tzinfo=UTC).timestamp()) * SECOND)
    assert moment(at.isoformat(), "--from") == seconds
    assert moment(f"{at.isoformat()}+01:00", "--from") == seconds - HOUR
    assert moment(None, "--from") is None
