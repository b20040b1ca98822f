"""A journal for auditors: its rows, its checkpoints and the program that checks them, in one folder."""

from __future__ import annotations

import shutil
import tempfile
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import msgspec

from trimtab.adapters.audit.checkpoint_file import CheckpointFile
from trimtab.app.audit.evidence import opened
from trimtab.app.errors import UserError
from trimtab.records.audit_export import line_of
from trimtab.records.checkpoint import text_of

ROWS, CHECKPOINTS, KEYS = "journal.jsonl", "journal.jsonl.checkpoints", "public-keys.txt"
VERIFIER, MANIFEST = "verify_journal.py", "manifest.json"

_CHUNK = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What was exported."""

    made_by: str
    rows: int
    last_hash: str
    sha256: dict[str, str]
    """Of each file, in hex."""


def export(place: str, own: Path, out: Path) -> Manifest:
    """Into a new folder, or a new ZIP file where `out` ends so.

    Raises UserError where it exists, JournalError and AuditError.
    """
    if out.exists():
        raise UserError(f"--out {out}: exists already: name another folder or file")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as partial:
        folder = Path(partial) / "export"
        folder.mkdir()
        manifest = _filled(folder, place, own)
        if out.suffix == ".zip":
            whole = Path(shutil.make_archive(f"{partial}/archive", "zip", folder))
        else:
            whole = folder
        whole.rename(out)
    return manifest


def _filled(folder: Path, place: str, own: Path) -> Manifest:
    checkpoints = CheckpointFile(own).read().checkpoints
    rows, last_hash = _written(folder / ROWS, place)
    (folder / CHECKPOINTS).write_text("".join(map(text_of, checkpoints)), encoding="utf-8")
    keys = sorted({one.key for one in checkpoints})
    (folder / KEYS).write_text("".join(f"{key}\n" for key in keys), encoding="utf-8")
    (folder / VERIFIER).write_bytes(verifier())
    names = (ROWS, CHECKPOINTS, KEYS, VERIFIER)
    manifest = Manifest(
        f"trimtab {version('trimtab')}",
        rows,
        last_hash,
        {name: _digest(folder / name) for name in names},
    )
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / MANIFEST).write_bytes(text + b"\n")
    return manifest


def verifier() -> bytes:
    """The stand-alone verifier: part of the package, or beside its sources."""
    packaged = files("trimtab").joinpath(VERIFIER)
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[4] / "scripts" / VERIFIER).read_bytes()


def _written(path: Path, place: str) -> tuple[int, str]:
    """How many rows, and the last one's hash."""
    count, last_hash = 0, ""
    with opened(place) as journal, path.open("wb") as file:
        for row in journal.rows():
            file.write(line_of(row))
            count, last_hash = count + 1, row.hash
    return count, last_hash


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
