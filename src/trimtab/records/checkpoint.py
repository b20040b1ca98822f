"""A checkpoint: a signed promise that a journal had these rows at this moment.

As text it is eight lines that people can read, keep and mail, and a blank line after them::

    trimtab journal checkpoint v1
    origin demo/1f2e3d4c5b6a7988
    size 2000
    root 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
    last 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
    time 2026-11-24T04:17:01.123456Z
    key ed25519:6kqLcpQ0Fh7NwSVpXHBLSmTBDAW4dHJFMEmhvGZlrCI=
    signature 3q2+7w...

Signed are the bytes of the first seven lines in UTF-8, each with the line feed that ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import DecodeError, Struct, json

from trimtab.domain.units import Micros
from trimtab.records.journal_row import JournalRow

HEADER = "trimtab journal checkpoint v1"
TORN = "(torn)"
"""The line that ends one which a crash cut off, so that others can follow it."""

_NAMES = ("origin", "size", "root", "last", "time", "key", "signature")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Checkpoint(Struct, frozen=True):
    """The rows of a journal from the first to the one of seq `size`, in one hash, and who says so."""

    origin: str
    """Which journal: see `origin_of`."""
    size: int
    """Rows, which is the seq of the last one."""
    root: str
    """Of the Merkle tree over the rows' hashes (RFC 9162), in hex."""
    last: str
    """Hash of row `size`, in hex."""
    time: str
    """When it was made, as `utc` writes it."""
    key: str
    """The public key: ``ed25519:`` and its 32 bytes in base64."""
    signature: str = ""
    """Of `signed_bytes`: 64 bytes in base64."""


class Found(NamedTuple):
    """The checkpoints that a text holds, whatever stands around them."""

    checkpoints: tuple[Checkpoint, ...] = ()
    torn: int = 0
    """Those that lack lines, as after a power cut."""
    unreadable: tuple[str, ...] = ()
    """First lines of those that are complete, but no checkpoints."""


class _Start(Struct, frozen=True):
    bot: str = ""


_start = json.Decoder(_Start)


def origin_of(first: JournalRow) -> str:
    """Names a journal by its first row: the bot, and the beginning of the row's hash."""
    try:
        bot = _start.decode(first.payload).bot
    except DecodeError:
        bot = ""
    return f"{bot}/{first.hash[:16]}"


def is_same(origin: str, other: str) -> bool:
    """Whether two origins begin with the same row; the bot's name only helps the reader."""
    return origin.rpartition("/")[2] == other.rpartition("/")[2]


def signed_bytes(checkpoint: Checkpoint) -> bytes:
    """What the signature is of: the text without its last line."""
    values = (
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root,
        checkpoint.last,
        checkpoint.time,
        checkpoint.key,
    )
    lines = [f"{name} {value}" for name, value in zip(_NAMES, values, strict=False)]
    return "".join(f"{line}\n" for line in (HEADER, *lines)).encode()


def text_of(checkpoint: Checkpoint) -> str:
    """The eight lines, and the blank one."""
    return f"{signed_bytes(checkpoint).decode()}signature {checkpoint.signature}\n\n"


def found_in(text: str) -> Found:
    """All checkpoints of a file, a mail or the like. A line that does not end is no line."""
    lines = [line.rstrip("\r") for line in text.split("\n")[:-1]]
    starts = [number for number, line in enumerate(lines) if line == HEADER]
    blocks = [_block(lines[start:]) for start in starts]
    whole = [block for block in blocks if len(block) == 1 + len(_NAMES) and TORN not in block]
    read = [(block, _read(block)) for block in whole]
    return Found(
        tuple(checkpoint for _, checkpoint in read if checkpoint is not None),
        len(blocks) - len(whole),
        tuple(", ".join(block[1:3]) for block, checkpoint in read if checkpoint is None),
    )


def utc(at: Micros) -> str:
    """A moment as ``2026-11-24T04:17:01.123456Z``."""
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _block(lines: list[str]) -> list[str]:
    """From the header to the next blank line or header."""
    end = next((n for n, line in enumerate(lines) if n and line in ("", HEADER)), len(lines))
    return lines[:end]


def _read(block: Iterable[str]) -> Checkpoint | None:
    """None unless it is, to the letter, what `text_of` gives."""
    _, origin, size, root, last, time, key, signature = (line.partition(" ")[2] for line in block)
    if not size.isdecimal() or int(size) == 0:
        return None
    checkpoint = Checkpoint(origin, int(size), root, last, time, key, signature)
    return checkpoint if text_of(checkpoint).split("\n")[:-2] == list(block) else None
