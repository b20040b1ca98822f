"""The tables of a comparison for a spreadsheet or a script: full figures, one header line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from trimtab.lab.comparison import Differences, Pair
from trimtab.lab.cuts import Cut, CutMetrics
from trimtab.lab.full_comparison import Bots, FullComparison
from trimtab.lab.metrics import BookMetrics
from trimtab.lab.paired_days import FIGURES
from trimtab.lab.report.adaptation_outcomes import Outcome, all_outcomes

Row = Sequence[object]


def csv_tables(found: FullComparison, bots: Bots) -> dict[str, str]:
    """By name; an empty cell where there is no figure."""
    without = {
        name: (found.pooled.adapted, one.adapted, one.difference)
        for name, one in found.ablations.items()
    }
    controls = {name: one.pooled for name, one in found.controls.items()}
    return {
        "topics": _pairs("topic", found.pairs()),
        "coins": _cuts("coin", found.cuts.coins),
        "phases": _cuts("phase", found.cuts.phases),
        "volatility": _cuts("volatility", found.cuts.volatility),
        "ablations": _text(
            _head("without", BookMetrics, ("as_configured", "without")),
            ((name, *_of(one), *_of(other), *_told(gap)) for name, (one, other, gap) in without.items()),
        ),
        "controls": _pairs("control", controls),
        "changes": _text(Outcome._fields, all_outcomes(bots)),
    }  # fmt: skip


def _pairs(key: str, pairs: Mapping[str, Pair]) -> str:
    rows = ((k, *_of(p.adapted), *_of(p.static), *_told(p.difference)) for k, p in pairs.items())
    return _text(_head(key, BookMetrics), rows)


def _cuts(key: str, parts: Mapping[str, Cut]) -> str:
    rows = ((k, *_of(c.adapted), *_of(c.static), *_told(c.difference)) for k, c in parts.items())
    return _text(_head(key, CutMetrics), rows)


def _head(
    key: str,
    kind: type[BookMetrics | CutMetrics],
    books: tuple[str, str] = ("adapted", "static"),
) -> Row:
    columns = [f"{book}_{name}" for book in books for name in kind.__struct_fields__]
    gaps = [f"difference_{name}{end}" for name in FIGURES for end in ("", "_low", "_high")]
    return key, *columns, *gaps


def _of(one: BookMetrics | CutMetrics) -> Iterable[object]:
    return (getattr(one, name) for name in one.__struct_fields__)


def _told(gap: Differences) -> Iterable[object]:
    for name in FIGURES:
        one = getattr(gap, name)
        yield from (one.value, one.low, one.high)


def _text(head: Row, rows: Iterable[Row]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
