"""A process that folds a journal into tables, a few rows at a time, and says how far it is."""

from __future__ import annotations

import sys
from contextlib import closing

from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.sqlite.plan_database import PlanDatabase
from trimtab.runtime.projecting import project


def fold(journal: str, tables: str) -> None:
    with closing(JournalReader(journal)) as history, closing(PlanDatabase.at(tables)) as database:
        for seq in project(history, database, batch=3):
            sys.stdout.write(f"{seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    fold(sys.argv[1], sys.argv[2])
