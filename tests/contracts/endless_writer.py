"""A process that writes steps of four rows into a journal until it is killed.

It says how far the journal is durable after every flush.
"""

from __future__ import annotations

import sys
from itertools import count

from tests.contracts.journals import BOT, busy
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock


def write_for_ever(path: str) -> None:
    journal = SqliteJournal.open(path, BOT, SystemClock())
    written = journal.flush()
    for number in count(written):
        written = journal.append(busy(number))
        if number % 3 == 0:
            sys.stdout.write(f"{journal.flush()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    write_for_ever(sys.argv[1])
