"""A process that writes steps of four rows into a journal until it is killed.

It says how far the journal is durable after every flush, and keeps a snapshot now and then.
"""

from __future__ import annotations

import sys
from itertools import count

from tests.contracts.journals import BOT, busy, state_of
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock


def write_for_ever(path: str) -> None:
    journal = SqliteJournal.open(path, BOT, SystemClock())
    for number in count(journal.flush()):
        journal.append(busy(number))
        if number % 3 == 0:
            durable = journal.flush()
            sys.stdout.write(f"{durable}\n")
            sys.stdout.flush()
            if number % 30 == 0:
                journal.keep(state_of(durable))


if __name__ == "__main__":
    write_for_ever(sys.argv[1])
