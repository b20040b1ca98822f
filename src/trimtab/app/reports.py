"""HTML reports of runs, written to where the user asked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from trimtab.adapters.parquet.errors import moment
from trimtab.app.destination import write
from trimtab.app.recording import Files
from trimtab.app.settings import Settings
from trimtab.app.summary import Summary
from trimtab.domain.units import Micros
from trimtab.lab.full_comparison import Bots, FullComparison
from trimtab.lab.report.comparison_csv import csv_tables
from trimtab.lab.report.comparison_page import comparison_page
from trimtab.lab.report.render import Run, backtest_report

CAUTIONS = (
    "The coins were picked by whoever made the file; coins that died may be missing.",
    "Fees, spread and impact are modelled, see the configuration.",
    "Funding is as recorded, and where unknown the mean of the known coins.",
)


def write_report(path: Path, title: str, summary: Summary, capital: float) -> None:
    """One page for one run."""
    run = Run(summary.marks, summary.changes)
    write(path, backtest_report(title, run, capital, CAUTIONS).encode())


class Background(Struct, frozen=True):
    """What a comparison was made from, so that anybody can make it again."""

    data: dict[str, str]
    """SHA-256 of each file, by what it holds."""
    settings: dict[str, object]
    """As they stand in a trimtab.toml: the sections, and what stands before them."""
    since: str

    @staticmethod
    def of(settings: Settings, files: Files, since: Micros | None) -> Background:
        """Reads the files once more for their hashes."""
        named = {"candles": files.candles, "forecasts": files.predictions, "funding": files.funding}
        return Background(
            {name: sha256(path.read_bytes()).hexdigest() for name, path in named.items() if path},
            msgspec.to_builtins(settings),
            moment(since) if since is not None else "the first bar",
        )

    def sections(self) -> dict[str, dict[str, object]]:
        """As the page tells it."""
        data = {f"SHA-256 of the {name}": digest for name, digest in self.data.items()}
        return {"Data": {**data, "reported from": self.since}, "Settings": self.settings}


def write_comparison(
    path: Path, found: FullComparison, bots: Bots, capital: float, background: Background
) -> None:
    """One page, and its tables as CSV beside it: NAME-topics.csv and so on. Raises UserError."""
    title = "Adapted against static"
    text = comparison_page(title, found, bots, capital, CAUTIONS, background.sections())
    write(path, text.encode())
    for name, rows in csv_tables(found, bots).items():
        write(path.with_name(f"{path.stem}-{name}.csv"), rows.encode())
