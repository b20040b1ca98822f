"""A running bot's journal is signed as it grows, and what is signed can be verified by anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import verify_journal
from tests.builders.commands import trimtab
from tests.builders.files import Files
from trimtab.app.audit.notarising import notarised
from trimtab.app.companions import companions
from trimtab.app.errors import UserError
from trimtab.app.settings import AuditSettings, Settings
from trimtab.ports import AuditError
from trimtab.records.checkpoint import found_in

QUICK = ("demo", "--headless", "--for", "1", "--speed", "1e9", "--json", "-")


def test_a_demo_signs_every_thousand_facts_and_at_its_end(recorded: Files, tmp_path: Path) -> None:
    key, journal, anchor = tmp_path / "audit.pem", tmp_path / "demo.db", tmp_path / "anchor.txt"
    public = trimtab("audit", "key", key).out.strip()
    played = trimtab(
        *QUICK, *recorded.options(), "--journal", journal,
        "--audit-key", key, "--anchor", f"file:{anchor}",
    )  # fmt: skip
    assert (played.code, played.json["errors"]) == (0, [])
    answer = trimtab(
        "audit", "verify", journal, "--anchor", anchor, "--public-key", public, "--json", "-"
    )
    assert (answer.code, answer.json["notes"]) == (0, [])
    assert answer.json["proven_rows"] == answer.json["rows"]
    sizes = [one.size for one in found_in(anchor.read_text()).checkpoints]
    assert sizes == [*range(1_000, answer.json["rows"], 1_000), answer.json["rows"]]


def test_archived_bars_are_verified_by_content_or_by_links_and_the_verdict_says_which(
    recorded: Files, tmp_path: Path
) -> None:
    key, journal, folder = tmp_path / "audit.pem", tmp_path / "demo.db", tmp_path / "old"
    trimtab("audit", "key", key)
    words = ("--journal", journal, "--audit-key", key)
    assert trimtab(*QUICK, *recorded.options(), *words).code == 0
    archived = trimtab("journal", "archive", journal, "--before", "2024-01-05", "--to", folder)
    assert archived.code == 0, archived.err
    by_content = trimtab("audit", "verify", journal, "--json", "-")
    assert (by_content.code, by_content.json["archived"]) == (0, 0)
    folder.rename(tmp_path / "away")
    by_links = trimtab("audit", "verify", journal, "--json", "-")
    assert (by_links.code, by_links.json["root"]) == (0, by_content.json["root"])
    assert by_links.json["archived"] > 0
    assert f"{by_links.json['archived']} archived rows: links checked" in by_links.err
    own = Path(f"{journal}.checkpoints")
    said = verify_journal.verify(journal, own, [], [])
    assert said == by_links.err.splitlines()[-1:]


def test_without_a_key_nobody_signs(tmp_path: Path) -> None:
    with companions(str(tmp_path / "demo.db"), Settings()) as beside:
        assert beside == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_set_wrongly_is_told_before_anything_is_signed(tmp_path: Path) -> None:
    key = tmp_path / "audit.pem"
    trimtab("audit", "key", key)
    journal = str(tmp_path / "demo.db")
    with (
        pytest.raises(AuditError, match="no such key"),
        notarised(journal, AuditSettings(key=str(tmp_path / "none"))),
    ):
        pass
    with (
        pytest.raises(UserError, match=r"audit\.anchors: ftp: write file:PATH"),
        notarised(journal, AuditSettings(key=str(key), anchors=("ftp://x",))),
    ):
        pass
    with (
        pytest.raises(UserError, match="has no file to keep checkpoints beside"),
        notarised("postgresql://ada@db/bots", AuditSettings(key=str(key))),
    ):
        pass
