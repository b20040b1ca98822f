"""A whole engine on a recorded market, as fast as it goes, until it is killed.

Started again on the same journal it goes on where that ends; on PostgreSQL it stands by until it may. It says in how many seconds it was
back, and after every flush how far the journal is durable.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from threading import Thread

from msgspec.structs import replace

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from tests.builders.soak import rounds
from trimtab.adapters.system_clock import SystemClock
from trimtab.app import kernel_cache
from trimtab.domain.facts import Outside
from trimtab.domain.tags import tag_of
from trimtab.ports import Recorded
from trimtab.runtime.engine_loop import EngineLoop
from trimtab.runtime.inbox import Inbox

SEED, ROWS = 11, rounds(2_000, 6_000)
SNAPSHOT_EVERY = 500


def feed() -> list[Outside]:
    """The same facts each time, an operator's orders among them."""
    return one_by_one(with_orders(world(SEED, ROWS).facts()))


class Speaker:
    """Keeps ports.Audience: says what is durable."""

    def publish(self, records: Sequence[Recorded]) -> None:
        sys.stdout.write(f"{records[-1].seq}\n")
        sys.stdout.flush()


def run(path: str) -> None:
    from trimtab.app.compose import live_bot, versions  # noqa: PLC0415 - after the kernels' folder
    from trimtab.app.journals import history, is_on_postgres, standby, writable  # noqa: PLC0415

    facts = feed()
    start = replace(started(world(SEED, 50).opened, LIVELY), versions=versions())
    _warm_up(facts)
    began = time.monotonic()
    opened = standby if is_on_postgres(path) else writable
    journal = opened(path, start.bot, SystemClock())
    bot = live_bot(start, journal, [Speaker()], snapshot_every=SNAPSHOT_EVERY)
    sys.stdout.write(f"back after {time.monotonic() - began:.3f}\n")
    with closing(history(path)) as reader:  # a pause jumps the queue: no prefix, but a set
        known = {(row.type, row.at) for row in reader.read() if row.causation_id is None}
    left = [fact for fact in facts if (tag_of(fact), fact.at) not in known]
    inbox = Inbox(room=200)
    Thread(target=_pour, args=(left, inbox), daemon=True).start()
    EngineLoop(bot, inbox, SystemClock(), limit=16).run()
    journal.close()


def _warm_up(facts: Sequence[Outside]) -> None:
    """Loads the compiled kernels, as every start does."""
    from tests.builders.running import run as rehearsed  # noqa: PLC0415

    rehearsed(started(world(SEED, 50).opened, LIVELY), facts[:100])


def _pour(facts: Sequence[Outside], inbox: Inbox) -> None:
    for fact in facts:
        inbox.put(fact)
    inbox.close()


if __name__ == "__main__":
    kernel_cache.use()
    run(sys.argv[1])
