"""trimtab audit on PostgreSQL: signed while it grows, proven, and found out when it was changed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from tests.builders.postgres import Server
from tests.contracts.journals import BOT, busy, quiet
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.audit.notarising import notarised
from trimtab.app.settings import AuditSettings


@pytest.fixture
def place(postgres: Server) -> str:
    """A journal without rows as yet."""
    return postgres.place()


@pytest.fixture
def signed(place: str, tmp_path: Path) -> Path:
    """The file of its checkpoints: 20 steps, signed by a notary, and an anchor beside it."""
    key, own = tmp_path / "audit.pem", tmp_path / "bot.checkpoints"
    trimtab("audit", "key", key)
    settings = AuditSettings(str(key), str(own), (f"file:{tmp_path / 'anchor.txt'}",))
    with closing(PostgresJournal.open(place, BOT, SystemClock())) as journal:
        with notarised(place, settings) as notary:
            for number in range(20):
                journal.append(busy(number) if number % 2 else quiet(number))
                journal.flush()
        assert notary is not None
        assert notary.problems == ()
    return own


def test_it_is_proven_and_single_rows_are(place: str, signed: Path, tmp_path: Path) -> None:
    words = (place, "--checkpoints", signed)
    answer = trimtab("audit", "verify", *words, "--anchor", tmp_path / "anchor.txt", "--json", "-")
    assert (answer.code, answer.json["proven_rows"], answer.json["rows"]) == (0, 50, 50)
    assert trimtab("audit", "prove", place, 7, "--checkpoints", signed).code == 0
    assert trimtab("audit", "consistency", place, 7, 50, "--checkpoints", signed).code == 0


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("UPDATE {}.journal SET recorded_at = recorded_at + 1 WHERE seq = 9", 9),
        ("DELETE FROM {}.journal WHERE seq = 9", 9),
        ("DELETE FROM {}.journal WHERE seq > 40", 41),
    ],
)
def test_what_was_changed_is_found(
    change: str, seq: int, place: str, signed: Path, tmp_path: Path
) -> None:
    with closing(Session(parse(place))) as administrator:
        administrator.execute(change.format(parse(place).schema))
    anchor = tmp_path / "anchor.txt"
    answer = trimtab(
        "audit", "verify", place, "--checkpoints", signed, "--anchor", anchor, "--json", "-"
    )
    assert (answer.code, answer.json["first_wrong_seq"]) == (1, seq)


def test_its_checkpoints_need_a_place_of_their_own(place: str) -> None:
    answer = trimtab("audit", "verify", place)
    assert answer.code == 2
    assert "has no file to keep checkpoints beside: name one by --checkpoints" in answer.err
