"""Verifies a trimtab journal without trimtab: any Python from 3.11 on, its standard library alone.

JOURNAL is the SQLite file, or the journal.jsonl of an export. Checks the chain of hashes, the signed
checkpoints beside it and those kept elsewhere. Exit code 0: whole, 1: changed, 2: cannot be read.
"""

import argparse
import base64
import json
import re
import sqlite3
import struct
from collections.abc import Iterator
from functools import reduce
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

COLUMNS = """seq, event_id, at, recorded_at, type, payload, actor, causation_id,
    correlation_id, confidence, prev_hash, hash"""
PATTERNS = [">q", "", ">q", ">q", "", "", "", "", "", ">d", ""]
HEADER = "trimtab journal checkpoint v1"
BLOCK = re.compile(rf"^{HEADER}\n(?:(?!{HEADER}).+\n){{7}}(?=\n|\Z|{HEADER})", re.MULTILINE)
CHECKPOINT = re.compile(
    rf"(?P<signed>{HEADER}\norigin (?P<origin>.*)\nsize (?P<size>[1-9][0-9]*)\nroot (?P<root>.*)\n"
    r"last (?P<last>.*)\ntime .*\nkey (?P<key>.*)\n)signature (?P<signature>.*)\n"
)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, BASE = -121665 * pow(121666, -1, P) % P, b"\x58" + b"\x66" * 31
Signed = dict[str, str]


def rows_of(path: Path) -> Iterator[tuple[Any, ...]]:  # and may its payload be in an archive?
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            names = COLUMNS.replace(",", "").split()
            yield from ((*(row[name] for name in names), True) for row in map(json.loads, lines))
    else:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        tables = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'archives'").fetchall()
        inside = "EXISTS (SELECT 1 FROM archives WHERE seq BETWEEN first_seq AND last_seq)"
        yield from database.execute(
            f"SELECT {COLUMNS}, {inside if tables else 0} FROM journal ORDER BY seq"  # noqa: S608
        )


def hash_of(row: tuple[Any, ...]) -> str:  # of the hash before, each column's length and bytes
    data = [str(row[10]).encode()]
    for value, pattern in zip(row, PATTERNS, strict=False):
        number = 0 if value is None else value  # plus 0: minus zero is hashed as zero
        text = struct.pack(pattern, number + 0) if pattern else str(value).encode()
        data += [b"\xff" * 4] if value is None else [struct.pack(">I", len(text)), text]
    return sha256(b"".join(data)).hexdigest()


def grow(peaks: list[tuple[int, bytes]], row_hash: str) -> None:  # RFC 9162, section 2.1
    leaf = bytes.fromhex(row_hash) if set(row_hash) <= set("0123456789abcdef") else b""
    width, node = 1, sha256(b"\x00" + leaf).digest()
    while peaks and peaks[-1][0] == width:
        width, node = width * 2, sha256(b"\x01" + peaks.pop()[1] + node).digest()
    peaks.append((width, node))


def root_of(peaks: list[tuple[int, bytes]]) -> str:
    nodes = [node for _, node in reversed(peaks)]
    return reduce(lambda right, left: sha256(b"\x01" + left + right).digest(), nodes).hex()


def point(data: bytes) -> Any:  # of Edwards25519 (RFC 8032, section 5.1.3)
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[-1] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if len(data) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def add(one: Any, two: Any) -> Any:
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * one[3] * two[3] * D, 2 * one[2] * two[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, base: Any) -> Any:
    result = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        result = add(add(result, result), base) if bit == "1" else add(result, result)
    return result


def is_signed(key: str, signature: str, message: bytes) -> bool:  # RFC 8032, section 5.1.7
    try:
        public = base64.b64decode(key.removeprefix("ed25519:"), validate=True)
        signed = base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    place = point(public) if len(public) == 32 and len(signed) == 64 else None
    scalar = int.from_bytes(signed[32:], "little")
    if place is None or scalar >= L:
        return False
    digest = int.from_bytes(sha512(signed[:32] + public + message).digest(), "little") % L
    back = (P - place[0], place[1], 1, P - place[3])
    x, y, z, _ = add(times(scalar, point(BASE)), times(digest, back))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return bool((y | (x & 1) << 255).to_bytes(32, "little") == signed[:32])


def checkpoints_in(path: Path) -> tuple[list[Signed], int]:  # and how many were changed
    text = path.read_bytes().decode(errors="replace").replace("\r", "")
    blocks = [block for block in BLOCK.findall(text) if "\n(torn)\n" not in block]
    good = [found.groupdict() for found in map(CHECKPOINT.fullmatch, blocks) if found]
    return sorted(good, key=lambda one: int(one["size"])), len(blocks) - len(good)


def wrong_row(row: tuple[Any, ...], count: int, before: str) -> tuple[int, str] | None:
    if row[0] != count or row[10] != before:
        return min(row[0], count), f"row {count} is missing or does not follow the one before it"
    is_archived = row[12] and row[4:6] == ("bars_closed", "")
    return None if is_archived or row[11] == hash_of(row) else (count, f"row {count} was changed")


def wrong_checkpoint(one: Signed, seen: dict[int, Any], good: int, keys: set[str]) -> Any:
    size, rows, name = int(one["size"]), max(seen), f"the checkpoint of {one['size']} rows"
    if keys and one["key"] not in keys:
        return good + 1, f"{name} is signed with a key that is not yours, {one['key']}"
    if not is_signed(one["key"], one["signature"], one["signed"].encode()):
        return good + 1, f"{name} was changed: its signature is wrong"
    if size > rows:
        return rows + 1, f"rows {rows + 1} to {size} are missing: {name} has them"
    is_same = seen[size][:2] == [one["root"], one["last"]]
    return None if is_same else (good + 1, f"rows {good + 1} to {size} are not those of {name}")


def walked(rows: Iterator[tuple[Any, ...]], sizes: set[int]) -> tuple[dict[int, list[str]], Any]:
    peaks, seen, wrong = list[tuple[int, bytes]](), dict[int, list[str]](), list[tuple[int, str]]()
    before, mark, count, archived = "0" * 64, "", 0, 0
    for count, kept in enumerate(rows, 1):
        left_out = {8: kept[7] or kept[1], 10: before}  # said by another column, or the row before
        row = (*(left_out.get(at, "") if one == "" else one for at, one in enumerate(kept)),)
        wrong = wrong or [found for found in [wrong_row(row, count, before)] if found]
        before, mark = str(row[11]), mark or f"/{str(row[11])[:16]}"
        grow(peaks, before)
        archived += int(bool(row[12]) and row[4:6] == ("bars_closed", ""))
        if count in sizes:
            seen[count] = [root_of(peaks), before, mark]
    print(f"archived rows, links checked, contents not: {archived}\n" * bool(archived), end="")
    return {**seen, count: [root_of(peaks), before, mark]}, wrong


def verify(journal: Path, own: Path, anchors: list[Path], given: list[str]) -> list[str]:
    """What to print; the verdict is the last line."""
    kept = {path: checkpoints_in(path) for path in ([own] if own.exists() else []) + anchors}
    sizes = {int(one["size"]) for read, _ in kept.values() for one in read}
    seen, wrong = walked(rows_of(journal), sizes)
    rows, mark = max(seen), seen[max(seen)][2]
    ours = {path: [o for o in kept[path][0] if o["origin"].endswith(mark)] for path in kept}
    keys = set(given) or {one["key"] for path in anchors for one in ours[path]}
    held = [(one["signed"], one["signature"]) for one in ours.get(own, [])]
    good: dict[Path, list[int]] = {path: [0] for path in kept}
    for path, (readable, bad) in kept.items():
        wrong += [(1, f"{path}: {bad} checkpoints were changed")] if bad else []
        if len(ours[path]) < len(readable) if path == own else not ours[path]:
            wrong.append((1, f"{path}: not of this journal, or the journal was written anew"))
        for one in ours[path]:
            found = wrong_checkpoint(one, seen, good[path][-1], keys)
            if found is None and own in kept and (one["signed"], one["signature"]) not in held:
                found = int(one["size"]), f"the checkpoint of {one['size']} rows is not in {own}"
            if found:
                wrong.append((found[0], f"{path}: {found[1]}"))
                break
            good[path].append(int(one["size"]))
    if wrong:
        changed = f"CHANGED: the first row that is wrong is {min(wrong)[0]}"
        return [*(f"wrong: {what}" for _, what in wrong), changed]
    own_count, anchored = len(good.get(own, [0])) - 1, sum(len(good[p]) - 1 for p in anchors)
    return [f"whole: {rows} rows, {own_count} checkpoints, {anchored} anchored"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies a trimtab journal without trimtab.")
    for name in ("journal", "--checkpoints"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--anchor", type=Path, action="append", default=[])
    parser.add_argument("--public-key", action="append", default=[])
    asked = parser.parse_args()
    own = asked.checkpoints or asked.journal.with_name(f"{asked.journal.name}.checkpoints")
    try:
        lines = verify(asked.journal, own, asked.anchor, asked.public_key)
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError, struct.error) as error:
        print(f"{asked.journal}: cannot be read: {error}")
        return 2
    print("\n".join(lines))
    return int(lines[-1].startswith("CHANGED"))


if __name__ == "__main__":
    raise SystemExit(main())
