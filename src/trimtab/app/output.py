"""How commands show what they did: progress on the way, tables and JSON at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from trimtab.app.destination import SCREEN, write
from trimtab.domain.facts import Outside
from trimtab.domain.units import Micros

console = Console(stderr=True, highlight=False)
_EVERY = 500
"""Facts between two looks at the progress bar."""


def write_json(value: object, path: Path | None) -> None:
    """Indented JSON to a file, or to standard output for ``-``. Raises UserError."""
    if path is None:
        return
    text = msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
    if path == SCREEN:
        sys.stdout.write(text.decode())
    else:
        write(path, text)


def say(line: str) -> None:
    """One line to whoever looks, as it is."""
    console.print(escape(line), soft_wrap=True)


def warn(lines: Iterable[str]) -> None:
    """What a person should know, each on its own line."""
    for line in lines:
        console.print(f"[yellow]note[/yellow] {escape(line)}", soft_wrap=True)


def figure(value: float | None) -> str:
    """A number in a table; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"


def with_progress(
    facts: Iterable[Outside], title: str, start: Micros, end: Micros
) -> Iterator[Outside]:
    """The facts, with a bar that follows their time; nothing where no one looks."""
    with progress_bar(title, end - start) as told:
        for number, fact in enumerate(facts):
            if number % _EVERY == 0:
                told(fact.at - start)
            yield fact


def progress_to(seqs: Iterable[int], title: str, begin: int, end: int) -> Iterator[int]:
    """The seqs, with a bar that follows them; nothing where no one looks."""
    with progress_bar(title, end - begin) as told:
        for seq in seqs:
            told(seq - begin)
            yield seq


@contextmanager
def progress_bar(title: str, total: int) -> Generator[Callable[[int], None]]:
    """What is called tells how much of the total is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    unseen = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=unseen) as progress:
        task = progress.add_task(title, total=float(total))
        yield lambda done: progress.update(task, completed=float(done))
