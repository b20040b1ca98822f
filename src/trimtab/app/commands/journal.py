"""trimtab journal: is it whole, how large is it, a copy of it, and less of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.journal import copying, measuring
from trimtab.app.journal.checking import JournalCheck, checked
from trimtab.app.journals import archive_of, is_on_postgres, url
from trimtab.app.output import say, write_json
from trimtab.app.settings import RetentionSettings
from trimtab.app.settings_file import read_settings
from trimtab.domain.units import DAY, Micros

Journal = Annotated[Path, typer.Argument(help="A journal's file, or postgresql://...")]
To = Annotated[Path, typer.Argument(help="The copy's file.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]
Before = Annotated[
    str | None, typer.Option("--before", help="Bars older than this go (UTC); else as in --config.")
]
Folder = Annotated[
    Path | None, typer.Option("--to", help="Folder of the archive; else as in --config.")
]


def register(application: typer.Typer) -> None:
    application.command("check")(check)
    application.command("size")(size)
    application.command("backup")(backup)
    application.command("restore")(restore)
    application.command("archive")(archive)


def check(journal: Journal, json: options.Json = None) -> None:
    """Is it whole? Looks at the file, every row, the chain and the snapshots.

    Example: trimtab journal check run.db
    """
    result = checked(journal)
    _tell(result)
    write_json(result, json)
    if result.wrong:
        raise typer.Exit(1)


def size(journal: Journal, json: options.Json = None) -> None:
    """What takes how much room, and how much it will be in a year.

    Example: trimtab journal size run.db
    """
    figures = measuring.figures_of(journal)
    for line in measuring.told(figures):
        say(line)
    write_json(figures, json)


def backup(
    journal: Journal, to: To, overwrite: Overwrite = False, json: options.Json = None
) -> None:
    """A checked copy as of now; the bot goes on writing.

    Example: trimtab journal backup run.db copies/run.db
    """
    if is_on_postgres(journal):
        from trimtab.app.journal import on_postgres  # noqa: PLC0415 - needs a library of its own

        result = on_postgres.backed_up(str(journal), to, overwrite=overwrite)
    else:
        result = copying.backed_up(journal, to, overwrite=overwrite)
    _tell(result)
    write_json(result, json)


def restore(
    backup: Annotated[Path, typer.Argument(help="What `journal backup` made.")],
    to: Annotated[Path, typer.Argument(help="A file, or postgresql://...?bot=NAME.")],
    overwrite: Overwrite = False,
    json: options.Json = None,
) -> None:
    """Put a backup in its place, here or on another machine; it is checked first.

    Example: trimtab journal restore copies/run.db run.db
    """
    if is_on_postgres(to):
        from trimtab.app.journal import on_postgres  # noqa: PLC0415

        result = on_postgres.restored(backup, str(to))
    else:
        result = copying.restored(backup, to, overwrite=overwrite)
    _tell(result)
    write_json(result, json)


def archive(
    journal: Journal,
    before: Before = None,
    to: Folder = None,
    config: options.Config = None,
    json: options.Json = None,
) -> None:
    """Move old bars into Parquet files. Their rows and hashes stay: everything works as before.

    The bot must not run. Example: trimtab journal archive run.db --before 2024-01-01 --to old
    """
    from trimtab.app.journal.archiving import archived  # noqa: PLC0415 - Parquet takes a while

    settings = read_settings(config).retention
    at = options.moment(before, "--before") or _long_ago(settings)
    result = archived(journal, at, to or _folder(journal, settings))
    say(f"{result.rows:,} rows gave their bars to {len(result.files)} files")
    if result.rows and is_on_postgres(journal):
        say("later rows take the room that became free; VACUUM FULL would give it to the disk")
    elif result.rows:
        say(f"the journal's file was {result.bytes_before:,} bytes, is {result.bytes_after:,}")
    write_json(result, json)


def _long_ago(settings: RetentionSettings) -> Micros:
    return Micros(SystemClock().now() - settings.keep_bars_days * DAY)


def _folder(journal: Path, settings: RetentionSettings) -> Path:
    if settings.archive:
        return Path(settings.archive)
    folder = archive_of(str(journal))
    if folder is None:
        raise UserError(
            f"{url(journal)}: has no folder beside it: name one by --to, or as `archive` in "
            f"[retention] of trimtab.toml"
        )
    return folder


def _tell(result: JournalCheck) -> None:
    for line in result.wrong:
        say(f"wrong: {line}")
    if result.archived:
        say(f"{result.archived:,} archived rows: links checked, contents not")
    state = "DAMAGED" if result.wrong else "whole"
    say(f"{state}: {result.rows:,} rows, last hash {result.last_hash}")
