"""A process that writes into a journal and has it signed, until it is killed."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from tests.contracts.journals import BOT, busy
from trimtab.adapters.audit.checkpoint_file import CheckpointFile, FileAnchor
from trimtab.adapters.audit.ed25519 import is_signed
from trimtab.adapters.audit.key_file import signer
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.canonical import decode
from trimtab.ports import Recorded
from trimtab.runtime.courier import Courier
from trimtab.runtime.notary import Desk, Notary, Pace


def sign_for_ever(folder: Path) -> None:
    path = folder / "bot.db"
    journal = SqliteJournal.open(path, BOT, SystemClock())
    log = CheckpointFile(folder / "bot.db.checkpoints")
    key = signer(folder / "audit.pem", "")
    desk = Desk(lambda: JournalReader(path), log, key, is_signed, SystemClock())
    notary = Notary(desk, [Courier(FileAnchor(folder / "anchor.txt"))], Pace(rows=12))
    for number in count(journal.flush()):
        journal.append(busy(number))
        seq = journal.flush()
        notary.publish([Recorded(row.seq, decode(row.payload)) for row in journal.read(seq - 1)])
        sys.stdout.write(f"{' '.join(notary.problems) or seq}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sign_for_ever(Path(sys.argv[1]))
