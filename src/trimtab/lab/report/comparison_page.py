"""The page of a whole comparison: the honest sentence first, how it was made last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from trimtab.lab.full_comparison import Bots, FullComparison
from trimtab.lab.report.accuracy_matrix import accuracy_matrix
from trimtab.lab.report.adaptation_outcomes import outcomes
from trimtab.lab.report.comparison_charts import charts
from trimtab.lab.report.comparison_tables import (
    calibration_table,
    controls_table,
    costs_table,
    cuts_table,
    differences_table,
    evidence_line,
    without_table,
)
from trimtab.lab.report.page import page
from trimtab.lab.report.tables import metrics_table, table

ASSUMED = (
    "An order that is decided at a bar's close fills at the next bar's open or worse: half the "
    "spread and an impact in proportion to its share of the bar's volume, at most a tenth of it.\n"
    "A stop fills at the worse of its level and the open of its bar; where a bar touched both, the "
    "stop comes first.\n"
    "Adapted book and static twin see the same facts and are filled by the same model; the twin's "
    "threshold was chosen before the reported time.\n"
    "Intervals: 95 %, by drawing blocks of days for both books at once (stationary bootstrap, "
    "2,000 times). Nothing is claimed whose interval holds 0.\n"
    "Profits are not reinvested; daily values at the open, UTC; 365 days a year."
).splitlines(keepends=False)
"""What every figure rests on."""


def comparison_page(
    title: str,
    found: FullComparison,
    bots: Bots,
    capital: float,
    cautions: Sequence[str],
    background: Mapping[str, Mapping[str, object]],
) -> str:
    """HTML, one file. `background`: headings and what is to be said of each, by name."""
    return page(
        title, _lead(found), _sections(found, bots, capital, background), cautions, found.verdict
    )


def _lead(found: FullComparison) -> str:
    return evidence_line(found)


def _sections(
    found: FullComparison,
    bots: Bots,
    capital: float,
    background: Mapping[str, Mapping[str, object]],
) -> Iterator[tuple[str, str]]:
    yield "Figures", metrics_table(found.pooled.adapted, found.pooled.static)
    yield "Day by day", charts(bots, capital)
    yield "Topic by topic", differences_table("Adapted less static", found.pairs())
    yield (
        "Where it comes from",
        cuts_table("Coin", found.cuts.coins)
        + cuts_table("Phase of the market", found.cuts.phases)
        + cuts_table("Volatility of the coin", found.cuts.volatility),
    )
    yield "What it cost", costs_table(found.costs)
    if found.ablations:
        yield "What each part is worth", without_table(found.ablations)
    if found.controls:
        yield "What could have shown it wrong", controls_table(found.controls)
    yield "Who was right, and when", accuracy_matrix(bots.cells)
    yield "Did changes do what was expected?", calibration_table(found.calibration)
    yield "Every change, and what became of it", outcomes(bots)
    assumed = "".join(f"<li>{escape(line)}</li>" for line in ASSUMED)
    yield "What is assumed", f"<ul>{assumed}</ul>"
    for name, lines in background.items():
        rows = ((escape(key), f"<code>{escape(str(value))}</code>") for key, value in lines.items())
        yield name, table(name, ("", ""), rows)
