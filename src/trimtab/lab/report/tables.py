"""The tables of a report."""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.lab.metrics import BookMetrics
from trimtab.lab.report.figures import (
    FIGURES,
    MINUS,
    NOTHING,
    Figure,
    Value,
    told,
)

Cells = tuple[str, ...]


def metrics_table(adapted: BookMetrics, static: BookMetrics) -> str:
    """Every figure of two books side by side."""
    rows = (_figure_cells(figure, adapted, static) for figure in FIGURES)
    return table("Adapted against static", ("", "adapted", "static", "difference"), rows)


def table(caption: str, head: Cells, rows: Iterable[Cells]) -> str:
    """Rows under a head. The first cell of each row names it. Cells are HTML."""
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="scroll"><table><caption>{caption}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _figure_cells(
    figure: Figure, adapted: BookMetrics, static: BookMetrics
) -> tuple[str, str, str, str]:
    one, other = figure.of(adapted), figure.of(static)
    difference = _difference(figure, one, other)
    return figure.name, told(one, figure.text), told(other, figure.text), difference


def _difference(figure: Figure, adapted: Value, static: Value) -> str:
    """Signed, and marked as better or worse by a word as well as by its colour."""
    if adapted is None or static is None:
        return NOTHING
    value = adapted - static
    text = figure.change(value)
    if figure.more_is_better is None or not text.startswith(("+", MINUS)):
        return text
    verdict = "better" if (value > 0.0) == figure.more_is_better else "worse"
    return f'<span class="{verdict}" title="{verdict}">{text}</span>'
