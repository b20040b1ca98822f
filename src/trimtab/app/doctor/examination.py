"""All that the doctor looks at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trimtab.app.doctor import journal_file, machine
from trimtab.app.doctor.broker import broker
from trimtab.app.doctor.finding import Finding, told
from trimtab.app.errors import UserError
from trimtab.app.journals import is_on_postgres, url
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings
from trimtab.ports import Clock, JournalError


def examined(
    journal: str | None, config: Path | None, clock: Clock, *, deep: bool
) -> Iterator[Finding]:
    """What is found, one by one: looking may take a while."""
    yield from machine.versions()
    yield from machine.clock(clock)
    try:
        settings = read_settings(config)
    except UserError as error:
        yield Finding("configuration", "wrong", str(error))
        settings = Settings()
    else:
        yield Finding("configuration", "ok", f"{config} is read" if config else "the defaults")
    place = journal or _own(settings)
    if place:
        yield from told("journal", lambda: _journal(place, clock, deep=deep))
    else:
        yield from machine.folder(Path.cwd())
        yield Finding("journal", "ok", "none is named: name one, or set `journal`")
    yield from told("broker", lambda: broker(settings.broker))


def _journal(place: str, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    if is_on_postgres(place):
        from trimtab.app.doctor.journal_on_postgres import on_server  # noqa: PLC0415

        yield from on_server(place, clock, deep=deep)
    else:
        yield from journal_file.file(Path(place), clock, deep=deep)


def _own(settings: Settings) -> str:
    """The settings' journal; of a database that may hold several, the bot's."""
    place = settings.journal
    try:
        ours = is_on_postgres(place) and "bot=" not in place
    except JournalError:  # the library is missing, which is told when it is looked at
        return place
    if not ours:
        return place
    return f"{url(place)}{'&' if '?' in place else '?'}bot={settings.bot}"
