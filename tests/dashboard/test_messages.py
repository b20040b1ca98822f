"""What the server says and what the page understands are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from tests.dashboard import node
from tests.dashboard.node import WEB
from tests.dashboard.story import story
from tests.records.overview_words import hear_all
from trimtab.dashboard.messages import REASONS, Snapshot, encode
from trimtab.domain.reasons import Reason
from trimtab.records.overview_told import Told

RECORDS = tuple(story(hours=150))


def test_every_reason_has_words_for_the_page() -> None:
    assert {int(code) for code in REASONS} == {int(reason) for reason in Reason}


def test_a_number_that_is_none_becomes_null() -> None:
    told, _ = hear_all(Told(), RECORDS[:1])
    assert told.known.account
    account = msgspec.structs.replace(told.known.account, equity=float("nan"))
    text = encode(Snapshot(1, msgspec.structs.replace(told.known, account=account)))
    assert msgspec.json.decode(text)["overview"]["account"]["equity"] is None


def test_the_schema_that_the_pages_types_are_made_of_is_of_now() -> None:
    known = (WEB / "codegen" / "messages.schema.json").read_bytes()
    script = str(WEB / "codegen" / "schema.py")
    fresh = subprocess.run([sys.executable, script], check=True, capture_output=True)
    assert fresh.stdout == known, f"python {script} > messages.schema.json, then npm run types"


def test_the_page_folds_the_servers_messages_to_the_servers_overview(tmp_path: Path) -> None:
    first, _ = hear_all(Told(), RECORDS[:200])
    lines = [encode(Snapshot(first.known.seq, first.known))]
    state = first
    for start in range(200, len(RECORDS), 37):
        state, patches = hear_all(state, RECORDS[start : start + 37])
        lines += map(encode, patches)
    lines.append(msgspec.json.encode(state.known).decode())
    path = tmp_path / "told.jsonl"
    path.write_text("\n".join(lines))
    done = node.vitest("event-processor", TRIMTAB_TOLD=str(path))
    assert done.returncode == 0, done.stdout + done.stderr
