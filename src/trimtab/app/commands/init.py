"""trimtab init: a commented trimtab.toml to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trimtab.app.errors import UserError
from trimtab.app.output import console
from trimtab.app.settings import TEMPLATE


def register(application: typer.Typer) -> None:
    application.command("init")(init)


def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("trimtab.toml"),
) -> None:
    """Write a commented configuration file; everything in it is the default.

    Example: trimtab init
    """
    if path.exists():
        raise UserError(f"{path}: exists already and is kept; name another file")
    try:
        path.write_text(TEMPLATE, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from error
    console.print(f"wrote {path}")
