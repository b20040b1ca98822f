"""HTML reports of runs, written to where the user asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trimtab.app.destination import write
from trimtab.app.summary import Summary
from trimtab.domain.units import TopicName
from trimtab.lab.report.render import Run, backtest_report, compare_report

CAUTIONS = (
    "The coins were picked by whoever made the file; coins that died may be missing.",
    "Fees, spread and impact are modelled, see the configuration.",
    "Funding is as recorded, and where unknown the mean of the known coins.",
)


def write_report(path: Path, title: str, runs: Mapping[TopicName, Summary], capital: float) -> None:
    """One page for one run, or one for several topics."""
    told = {name: Run(one.marks, one.adaptations) for name, one in runs.items()}
    if len(told) == 1:
        text = backtest_report(title, next(iter(told.values())), capital, CAUTIONS)
    else:
        text = compare_report(title, told, capital, CAUTIONS)
    write(path, text.encode())
