"""trimtab doctor: what is well, what is not, and how to mend it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.postgres import Server
from tests.builders.servers import require_server
from tests.contracts.journals import BOT, STORY, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.doctor import machine
from trimtab.domain.units import SECOND, Micros
from trimtab.ports import Clock

CLOCK = SystemClock()


def written(path: Path, clock: Clock = CLOCK) -> Path:
    journal = SqliteJournal.open(path, BOT, clock)
    write(journal, *STORY)
    journal.keep(state_of(6))
    journal.close()
    return path


def states(answer: Answer) -> dict[str, str]:
    """By what was looked at; the worst of several."""
    found: dict[str, str] = {}
    for finding in answer.json["findings"]:
        if found.get(finding["about"]) != "wrong":
            found[finding["about"]] = finding["state"]
    return found


def words(answer: Answer, about: str) -> str:
    return " | ".join(
        finding["words"] for finding in answer.json["findings"] if finding["about"] == about
    )


def test_without_anything_named_machine_and_defaults_are_looked_at() -> None:
    answer = trimtab("doctor", "--json", "-")
    assert answer.code == 0
    assert states(answer).keys() >= {"versions", "clock", "configuration", "disk", "broker"}


def test_a_journal_in_order_is_told_line_by_line(tmp_path: Path) -> None:
    path = written(tmp_path / "run.db")
    answer = trimtab("doctor", path, "--json", "-")
    assert answer.code == 0
    assert set(states(answer).values()) == {"ok"}
    assert words(answer, "journal") == f"{path}: 8 rows, no bot writes it now"
    assert words(answer, "chain") == "rows 1 to 8 are as they were written"
    assert words(answer, "snapshot") == "a restart goes from seq 6: 2 facts"
    assert f"ok       journal: {path}: 8 rows" in answer.err


def test_a_journal_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    answer = trimtab("doctor", tmp_path / "new.db", "--json", "-")
    assert (answer.code, states(answer)["journal"]) == (0, "ok")


def test_a_bot_that_writes_is_seen_and_not_disturbed(tmp_path: Path) -> None:
    path = written(tmp_path / "run.db")
    journal = SqliteJournal.open(path, BOT, CLOCK)
    answer = trimtab("doctor", path, "--json", "-")
    assert words(answer, "journal") == f"{path}: 8 rows, a bot writes it now"
    journal.append(STORY[0])
    journal.close()


@pytest.mark.parametrize("deep", [True, False])
def test_a_changed_row_is_wrong(tmp_path: Path, *, deep: bool) -> None:
    path = written(tmp_path / "run.db")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE journal SET actor = 'eve' WHERE seq = 3")
    database.close()
    answer = trimtab("doctor", path, "--json", "-", *(["--deep"] if deep else []))
    assert (answer.code, states(answer)["chain"]) == (1, "wrong")
    assert words(answer, "chain") == "row 3 is missing or was changed: restore a backup"


def test_what_is_no_journal_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, " * 100)
    answer = trimtab("doctor", path, "--json", "-")
    assert (answer.code, states(answer)["journal"]) == (1, "wrong")
    assert words(answer, "journal") == f"{path}: not a journal: choose another file"


def test_a_folder_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    answer = trimtab("doctor", tmp_path / "none" / "run.db", "--json", "-")
    assert (answer.code, states(answer)["folder"]) == (1, "wrong")


def test_a_row_from_the_future_means_that_the_clock_is_wrong(tmp_path: Path) -> None:
    ahead = StandingClock(Micros(CLOCK.now() + 3_600 * SECOND))
    answer = trimtab("doctor", written(tmp_path / "run.db", ahead), "--json", "-")
    assert (answer.code, states(answer)["clock"]) == (1, "wrong")
    assert words(answer, "clock").endswith("later than now: set the clock")


def test_a_clock_that_stands_still_is_noticed() -> None:
    (finding,) = machine.clock(StandingClock(CLOCK.now()))
    assert finding.state == "warning"
    assert finding.words.endswith("let NTP slew it, not step it")


def test_a_wrong_configuration_is_told_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text("capital = -1.0")
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert answer.code == 1
    assert words(answer, "configuration") == f"{config}: capital is -1.0: it must be a number > 0.0"
    assert states(answer)["disk"] == "ok"


def test_the_journal_of_the_configuration_is_looked_at(tmp_path: Path) -> None:
    path, config = written(tmp_path / "run.db"), tmp_path / "trimtab.toml"
    config.write_text(f'journal = "{path}"')
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert words(answer, "journal") == f"{path}: 8 rows, no bot writes it now"


def test_a_journal_on_postgresql_is_looked_at(postgres: Server, tmp_path: Path) -> None:
    place, config = postgres.place(), tmp_path / "trimtab.toml"
    config.write_text(f'bot = "{BOT}"\njournal = "{place}"')
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert (answer.code, words(answer, "journal")) == (
        0, "not there yet: the first start makes its tables"
    )  # fmt: skip
    journal = PostgresJournal.open(place, BOT, CLOCK)
    write(journal, *STORY)
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert (answer.code, words(answer, "journal")) == (0, "bot: 8 rows, an engine writes it now")
    journal.close()
    answer = trimtab("doctor", place, "--json", "-")
    assert (answer.code, words(answer, "journal")) == (0, "bot: 8 rows, no engine writes it")


def test_a_server_that_is_away_is_wrong() -> None:
    answer = trimtab("doctor", "postgresql://ada@127.0.0.1:1/bots", "--json", "-")
    assert answer.code == 1
    assert words(answer, "journal") == (
        "postgresql://ada@127.0.0.1:1/bots: the server cannot be reached: "
        "check host and port, and that it runs"
    )


@pytest.mark.parametrize(
    "place", ["nats://127.0.0.1:1", "redis://127.0.0.1:1", "kafka://127.0.0.1"]
)
def test_a_broker_that_does_not_answer_is_wrong(place: str, tmp_path: Path) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text(f'broker = "{place}"')
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert (answer.code, states(answer)["broker"]) == (1, "wrong")
    assert words(answer, "broker").startswith(f"{place}: ")


@pytest.mark.parametrize(("name", "port"), [("nats", 4222), ("redis", 6379)])
def test_a_broker_that_answers_is_well(name: str, port: int, tmp_path: Path) -> None:
    require_server(name, port)
    config = tmp_path / "trimtab.toml"
    config.write_text(f'broker = "{name}://127.0.0.1:{port}"')
    answer = trimtab("doctor", "--config", config, "--json", "-")
    assert (answer.code, states(answer)["broker"]) == (0, "ok")
