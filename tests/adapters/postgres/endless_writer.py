"""A process that writes steps of four rows into a journal on PostgreSQL until it is killed.

It says how far the journal is durable: first where it begins, then after every flush.
"""

from __future__ import annotations

import sys
from itertools import count

from tests.contracts.journals import BOT, busy
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.system_clock import SystemClock


def write_for_ever(place: str) -> None:
    journal = PostgresJournal.stand_by(place, BOT, SystemClock())
    begin = journal.flush()
    say(begin)
    for number in count(begin + 1):
        journal.append(busy(number))
        if number % 3 == 0:
            say(journal.flush())


def say(seq: int) -> None:
    sys.stdout.write(f"{seq}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    write_for_ever(sys.argv[1])
