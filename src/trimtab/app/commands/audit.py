"""trimtab audit: does the journal still say what it said, and can that be shown to others?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import Struct

from trimtab.adapters.audit.key_file import PASSPHRASE, make_key
from trimtab.app import options
from trimtab.app.audit import proving
from trimtab.app.audit.anchors import anchors_of
from trimtab.app.audit.evidence import checkpoints_of, public_keys
from trimtab.app.audit.exporting import export
from trimtab.app.audit.notarising import signer_of
from trimtab.app.audit.signing import checkpoint_now
from trimtab.app.audit.verifying import verdict_on
from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.output import say, warn, write_json
from trimtab.app.settings import AuditSettings
from trimtab.app.settings_file import read_settings
from trimtab.records.audit_verification import Verdict
from trimtab.records.audit_words import told
from trimtab.records.checkpoint import text_of

Place = Annotated[str, typer.Argument(help="A journal: its file, or its postgresql:// URL.")]
MaybePlace = Annotated[str | None, typer.Argument(help="A journal; none with --check.")]
MaybeSeq = Annotated[int | None, typer.Argument(min=1, help="The row to prove.")]
State = Annotated[str, typer.Argument(help="A number of rows, or a file of checkpoints.")]
Anchors = Annotated[
    list[Path] | None,
    typer.Option("--anchor", help="Checkpoints that were kept elsewhere; may be repeated."),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--public-key", help="Who may sign: a key or a file with one; may be repeated."),
]
Checkpoints = Annotated[
    str, typer.Option("--checkpoints", help="The journal's checkpoints, where not beside it.")
]
KeyFile = Annotated[str, typer.Option("--key", help="The private key; else as in --config.")]
Proof = Annotated[
    Path | None, typer.Option("--out", callback=writable, help="Keep the proof here as JSON.")
]
Check = Annotated[Path | None, typer.Option("--check", help="Check a proof without a journal.")]
Export = Annotated[
    Path, typer.Option("--out", help="A new folder, or a new file that ends in .zip.")
]


class Exported(Struct, frozen=True):
    """What `--json` of `audit export` gives."""

    rows: int
    last_hash: str


def register(application: typer.Typer) -> None:
    application.command("key")(key)
    application.command("checkpoint")(checkpoint)
    application.command("verify")(verify)
    application.command("prove")(prove)
    application.command("consistency")(consistency)
    application.command("export")(exported)


def key(file: Annotated[Path, typer.Argument(help="Where to keep the private key.")]) -> None:
    """Make the key that signs checkpoints; prints the public key, which others need to check them.

    A passphrase is taken from the environment variable TRIMTAB_AUDIT_PASSPHRASE.

    Example: trimtab audit key audit.pem
    """
    public = make_key(file, os.environ.get(PASSPHRASE, ""))
    say(f"wrote the private key to {file}: back it up; the public key is")
    typer.echo(public)


def checkpoint(
    journal: Place,
    key_file: KeyFile = "",
    config: options.Config = None,
    checkpoints: Checkpoints = "",
) -> None:
    """Sign what the journal holds now, after looking at all of it.

    Example: trimtab audit checkpoint run.db --key audit.pem
    """
    settings = _settings(config, key_file, checkpoints)
    own = checkpoints_of(journal, settings.checkpoints)
    signer = signer_of(settings)
    verdict, made = checkpoint_now(journal, own, signer, anchors_of(settings.anchors, own))
    if made is None:
        _conclude(verdict)
        return
    say(f"kept in {own}:")
    typer.echo(text_of(made), nl=False)


def verify(
    journal: Place,
    anchor: Anchors = None,
    public_key: Keys = None,
    checkpoints: Checkpoints = "",
    json: options.Json = None,
) -> None:
    """Is every row as it was written? Finds what was edited, deleted, put in, exchanged or cut off.

    Example: trimtab audit verify run.db --anchor /mnt/other/anchor.txt
    """
    own = checkpoints_of(journal, checkpoints)
    verdict = verdict_on(journal, own, anchor or [], public_keys(public_key or []))
    write_json(verdict, json)
    _conclude(verdict)


def prove(
    journal: MaybePlace = None,
    seq: MaybeSeq = None,
    out: Proof = None,
    check: Check = None,
    public_key: Keys = None,
    checkpoints: Checkpoints = "",
) -> None:
    """Prove to others that a row stands in the journal, without giving them the journal.

    Example: trimtab audit prove run.db 1234 --out proof.json
    """
    keys = public_keys(public_key or [])
    if check is not None:
        proof = proving.read_proof(check)
    elif journal is None or seq is None:
        raise UserError("name a journal and a seq, or a proof by --check")
    else:
        proof = proving.proof_from(journal, checkpoints_of(journal, checkpoints), seq)
    doubt = proving.doubt_about(proof, keys)
    if doubt is not None:
        say(f"NOT proven: {doubt}")
        raise typer.Exit(1)
    signed = proving.checkpoint_in(proof)
    say(
        f"row {proof.row.seq} ({proof.row.type}) is one of the {signed.size} rows of {signed.origin}"
    )
    if out is not None:
        write(out, msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n")


def consistency(
    journal: Place,
    old: State,
    new: State,
    checkpoints: Checkpoints = "",
    json: options.Json = None,
) -> None:
    """Is an older state the beginning of a newer one? Prints the proof.

    Example: trimtab audit consistency run.db 1000 2000
    """
    result = proving.consistency(journal, checkpoints_of(journal, checkpoints), old, new)
    write_json(result, json)
    if not result.consistent:
        say(f"the first {result.old.size} rows were changed before there were {result.new.size}")
        raise typer.Exit(1)
    say(f"the first {result.old.size} of {result.new.size} rows are as they were")


def exported(
    journal: Place,
    out: Export,
    checkpoints: Checkpoints = "",
    json: options.Json = None,
) -> None:
    """All that an auditor needs: rows, checkpoints, public keys, and a program that checks them.

    Example: trimtab audit export run.db --out for-the-auditor
    """
    writable(out)
    manifest = export(journal, checkpoints_of(journal, checkpoints), out)
    say(f"{manifest.rows} rows in {out}")
    write_json(Exported(manifest.rows, manifest.last_hash), json)


def _settings(config: Path | None, key_file: str, checkpoints: str) -> AuditSettings:
    """Those of the file, options first."""
    written = read_settings(config).audit
    return AuditSettings(
        key_file or written.key, checkpoints or written.checkpoints, written.anchors
    )


def _conclude(verdict: Verdict) -> None:
    """In words; exit code 1 where something is wrong."""
    *lines, last = told(verdict)
    for line in lines:
        say(line)
    warn(verdict.notes)
    say(last)
    if verdict.findings:
        raise typer.Exit(1)
