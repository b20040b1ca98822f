"""trimtab init: a commented trimtab.toml to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.output import say

TEMPLATE = files("trimtab.app").joinpath("trimtab.toml").read_bytes()


def register(application: typer.Typer) -> None:
    application.command("init")(init)


def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.", callback=writable)] = Path(
        "trimtab.toml"
    ),
) -> None:
    """Write a commented configuration file; everything in it is the default.

    Example: trimtab init
    """
    if path.exists():
        raise UserError(f"{path}: exists already and is kept: name another file")
    write(path, TEMPLATE)
    say(f"wrote {path}")
