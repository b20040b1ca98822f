"""Ways to tamper with a journal's file, as somebody would who knows how it is made."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, cast

from tests.builders.checkpoints import forged_checkpoints
from trimtab.records.journal_row import GENESIS, Content, JournalRow, hash_of

COLUMNS = tuple(JournalRow.__struct_fields__)
Row = tuple[Any, ...]


class Victim(NamedTuple):
    """A copy of a journal's file, and its checkpoints beside it."""

    journal: Path
    checkpoints: Path

    @classmethod
    def copied(cls, journal: Path, folder: Path) -> Victim:
        """With all checkpoints."""
        copy = folder / "victim.db"
        shutil.copy(journal, copy)
        shutil.copy(f"{journal}.checkpoints", f"{copy}.checkpoints")
        return cls(copy, Path(f"{copy}.checkpoints"))

    @contextmanager
    def database(self) -> Generator[sqlite3.Connection]:
        """Committed at the end."""
        with closing(sqlite3.connect(self.journal)) as database, database:
            yield database

    def rows(self) -> list[Row]:
        """All of them, in order."""
        query = "SELECT * FROM journal_in_words ORDER BY seq"
        with self.database() as database:
            return database.execute(query).fetchall()

    def replace(self, rows: Sequence[Row]) -> None:
        """All rows are these now."""
        marks = ", ".join("?" for _ in COLUMNS)
        with self.database() as database:
            database.execute("DELETE FROM journal")
            database.executemany(f"INSERT INTO journal VALUES ({marks})", rows)  # noqa: S608


Tampering = Callable[[Victim, Random], None]


def chance(seed: int | None = None) -> Random:
    """The same one for a seed; another one each time without."""
    return Random(seed)  # noqa: S311


def edit(column: str) -> Tampering:
    """Another value in one column of one row."""

    def tamper(victim: Victim, random: Random) -> None:
        with victim.database() as database:
            ((count,),) = database.execute("SELECT count(*) FROM journal")
            seq = random.randint(1, count)
            ((value,),) = database.execute(
                f"SELECT {column} FROM journal_in_words WHERE seq = ?",  # noqa: S608
                (seq,),
            )
            database.execute(
                f"UPDATE journal SET {column} = ? WHERE seq = ?",  # noqa: S608
                (other(column, value, random, count), seq),
            )

    return tamper


def other(column: str, value: Any, random: Random, count: int) -> Any:
    """A value that differs from this one and that the column takes."""
    if column == "seq":
        return random.choice([-random.randint(0, 9), count + random.randint(1, 9)])
    if column in {"at", "recorded_at"}:
        return value + random.choice([-1, 1, 1_000_000])
    if column == "confidence":
        return (
            random.choice([0.123, 1e-300])
            if value is None
            else random.choice([None, value / 2 + 1])
        )
    if value is None:
        return random.choice(["", "mallory"])
    if column == "payload" and random.random() < 0.3:
        return ""
    place = 0 if column == "event_id" else random.randrange(len(value))  # others begin with 0
    sign = random.choice([sign for sign in "1a9f" if sign != value[place]])
    return value[:place] + sign + value[place + 1 :]


def delete(victim: Victim, random: Random) -> None:
    """One to three rows are gone, the last ones too."""
    rows = victim.rows()
    start = random.randrange(len(rows))
    victim.replace(rows[:start] + rows[start + random.randint(1, 3) :])


def delete_and_close_the_gap(victim: Victim, random: Random) -> None:
    """One row is gone, all later ones are numbered and chained anew."""
    rows = victim.rows()
    place = random.randrange(len(rows))
    victim.replace(chained(rows[:place] + rows[place + 1 :], place))


def insert(victim: Victim, random: Random) -> None:
    """A row beside the others, with a seq that was free."""
    rows = victim.rows()
    twin = random.choice(rows)
    seq = random.choice([0, -random.randint(1, 99)])
    victim.replace([(seq, f"{twin[1][:-4]}beef", *twin[2:]), *rows])


def insert_and_renumber(victim: Victim, random: Random) -> None:
    """A row between two others, all later ones are numbered and perhaps chained anew."""
    rows = victim.rows()
    place = random.randrange(len(rows) - 1)
    new = (0, f"{rows[place][1][:-4]}beef", *rows[place][2:])
    mixed = [*rows[:place], new, *rows[place:]]
    if random.random() < 0.5:
        victim.replace(chained(mixed, place))
    else:
        victim.replace([(seq, *row[1:]) for seq, row in enumerate(mixed, 1)])


def exchange(victim: Victim, random: Random) -> None:
    """Two rows change places; with their links or without."""
    rows = victim.rows()
    one, two = sorted(random.sample(range(len(rows)), 2))
    rows[one], rows[two] = rows[two], rows[one]
    numbered = [(seq, *row[1:]) for seq, row in enumerate(rows, 1)]
    victim.replace(chained(numbered, one) if random.random() < 0.5 else numbered)


def truncate(victim: Victim, random: Random) -> None:
    """The end is cut off: a shorter journal whose chain is whole."""
    rows = victim.rows()
    victim.replace(rows[: random.randrange(1, len(rows))])


def truncate_with_checkpoints(victim: Victim, random: Random) -> None:
    """The end is cut off, and the checkpoints of it."""
    truncate(victim, random)
    size = len(victim.rows())
    text = victim.checkpoints.read_text(encoding="utf-8")
    kept = [block for block in text.split("\n\n")[:-1] if int(block.split("\n")[2][5:]) <= size]
    victim.checkpoints.write_text("".join(f"{block}\n\n" for block in kept), encoding="utf-8")


def rewrite(victim: Victim, random: Random) -> None:
    """From some row on all is changed, and the chain is whole again."""
    rows = victim.rows()
    place = random.randrange(len(rows))
    row = rows[place]
    column = random.choice([2, 3, 5, 6, 8])
    changed = other(COLUMNS[column], row[column], random, len(rows)) or "x"
    victim.replace(
        chained(
            [*rows[:place], (*row[:column], changed, *row[column + 1 :]), *rows[place + 1 :]], place
        )
    )


def rewrite_and_sign(victim: Victim, random: Random) -> None:
    """As above, with the right roots in checkpoints that another key signed."""
    rewrite(victim, random)
    own_key = random.random() < 0.5
    forged_checkpoints(
        victim.checkpoints, [JournalRow(*row) for row in victim.rows()], own_key=own_key
    )


def exchange_checkpoints(victim: Victim, random: Random) -> None:
    """The rows stay; their checkpoints are fewer, changed, or others."""
    text = victim.checkpoints.read_text(encoding="utf-8")
    blocks = [f"{block}\n\n" for block in text.split("\n\n")[:-1]]
    place = random.randrange(len(blocks))
    kind = random.randrange(4)
    if kind == 0:
        blocks = blocks[:place]
    elif kind == 1:
        blocks[place] = changed_line(blocks[place], random)
    elif kind == 2:
        forged_checkpoints(victim.checkpoints, [JournalRow(*row) for row in victim.rows()])
        return
    else:
        rows = [JournalRow(*row) for row in chained(victim.rows(), 0, "mallory")]
        forged_checkpoints(victim.checkpoints, rows, own_key=True)
        return
    victim.checkpoints.write_text("".join(blocks), encoding="utf-8")


def changed_line(block: str, random: Random) -> str:
    """Another digit or letter in one of the values."""
    lines = block.split("\n")
    number = random.randrange(1, 8)
    name, _, value = lines[number].partition(" ")
    place = random.randrange(len(value) - 3 if name == "signature" else len(value))
    sign = random.choice([sign for sign in "a1Z7" if sign != value[place]])
    lines[number] = f"{name} {value[:place]}{sign}{value[place + 1 :]}"
    return "\n".join(lines)


def chained(rows: Sequence[Row], start: int, actor: str | None = None) -> list[Row]:
    """Rows from `start` on with seqs and hashes as they must be."""
    done = [(seq, *row[1:]) for seq, row in enumerate(rows[:start], 1)]
    before = done[-1][11] if done else GENESIS
    for seq, row in enumerate(rows[start:], start + 1):
        content = (seq, *row[1:6], actor or row[6], *row[7:10], before)
        before = hash_of(cast("Content", content))
        done.append((*content, before))
    return done


KINDS: dict[str, Tampering] = {
    **{f"edit {column}": edit(column) for column in COLUMNS},
    "delete": delete,
    "delete and close the gap": delete_and_close_the_gap,
    "insert": insert,
    "insert and renumber": insert_and_renumber,
    "exchange": exchange,
    "truncate": truncate,
    "truncate with checkpoints": truncate_with_checkpoints,
    "rewrite": rewrite,
    "rewrite and sign": rewrite_and_sign,
    "exchange checkpoints": exchange_checkpoints,
}
