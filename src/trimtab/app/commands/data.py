"""trimtab data: is a file of data fit to be used, and how does one become of other programs' files?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trimtab.adapters.imports.imported import Stamp, Wish
from trimtab.adapters.imports.importing import Layout, read_source, save
from trimtab.app import options
from trimtab.app.data.checking import draw, drawable, look
from trimtab.app.data.telling import checked, lines_of
from trimtab.app.destination import writable
from trimtab.app.errors import UserError
from trimtab.app.output import say, warn, write_json

File = Annotated[Path, typer.Argument(help="Parquet: candles, predictions or funding.")]
Beside = Annotated[
    Path | None, typer.Option("--candles", help="Hold the file against these candles (Parquet).")
]
Synthetic = Annotated[
    bool, typer.Option("--synthetic", help="The forecasts are simulated: they may be too good.")
]
Picture = Annotated[
    Path | None,
    typer.Option("--picture", callback=writable, help="Draw the coverage here: .svg or .html."),
]
Source = Annotated[Path, typer.Argument(help="A file, or a folder of them.")]
Out = Annotated[Path, typer.Option("--out", callback=writable, help="Parquet: the rows go here.")]
From = Annotated[
    Layout | None, typer.Option("--from-layout", help="Whose files they are; else detected.")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="OURS=THEIRS, such as ts=Date; may be repeated."),
]
Zone = Annotated[
    str, typer.Option("--time-zone", help="Of times that do not say theirs: Europe/Berlin.")
]
Which = Annotated[Stamp, typer.Option("--stamp", help="The end of a bar that its time is.")]
Symbol = Annotated[
    str | None, typer.Option("--symbol", help="The coin, where the file does not say it.")
]
Timeframe = Annotated[
    str | None, typer.Option("--timeframe", help="Where there are several, such as 1h.")
]
FundingToo = Annotated[
    bool, typer.Option("--funding", help="Funding instead of candles, where there are both.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]


def register(application: typer.Typer) -> None:
    application.command("check")(check)
    application.command("import")(import_source)


def check(
    file: File,
    candles: Beside = None,
    synthetic: Synthetic = False,
    picture: Picture = None,
    json: options.Json = None,
) -> None:
    """Look for gaps, duplicates, outliers, wrong clocks and forecasts that know the future.

    Example: trimtab data check forecasts.parquet --candles candles.parquet --picture forecasts.html
    """
    drawable(picture)
    _conclude(file, candles, picture, json, synthetic=synthetic)


def import_source(
    source: Source,
    out: Out,
    from_layout: From = None,
    column: Columns = None,
    time_zone: Zone = "UTC",
    stamp: Which = "open",
    symbol: Symbol = None,
    timeframe: Timeframe = None,
    funding: FundingToo = False,
    overwrite: Overwrite = False,
    json: options.Json = None,
) -> None:
    """Make candles or funding of the files of freqtrade, Jesse or Hyperliquid, or of CSV; check them.

    Example: trimtab data import user_data/data/binance/futures --out candles.parquet --timeframe 1h
    """
    if out.exists() and not overwrite:
        raise UserError(f"{out}: is there already: name another file, or give --overwrite")
    wish = Wish(symbol, _columns(column or []), time_zone, stamp, timeframe, funding)
    imported = read_source(source, wish, from_layout)
    save(imported.frame, out)
    say(f"{source}: layout {imported.layout}, {len(imported.frame):,} rows of {imported.contract}")
    warn(imported.words)
    _conclude(out, None, None, json)


def _columns(given: list[str]) -> dict[str, str]:
    """Theirs by ours. Raises UserError."""
    pairs = [text.partition("=") for text in given]
    if wrong := [
        text for text, pair in zip(given, pairs, strict=True) if not pair[0] or not pair[2]
    ]:
        raise UserError(f"--column {wrong[0]}: write OURS=THEIRS, such as ts=Date")
    return {ours: theirs for ours, _, theirs in pairs}


def _conclude(
    file: Path,
    candles: Path | None,
    picture: Path | None,
    json: Path | None,
    *,
    synthetic: bool = False,
) -> None:
    """In words; exit code 1 where something must be mended."""
    seen = look(file, candles, synthetic=synthetic)
    for line in lines_of(file, seen):
        say(line)
    if picture is not None:
        draw(picture, file, seen)
        say(f"a picture to {picture}")
    write_json(checked(file, seen), json)
    if seen.is_wrong:
        raise typer.Exit(1)
