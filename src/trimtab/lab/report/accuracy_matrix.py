"""Each topic's accuracy by phase and volatility, as believed at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import MARKET, TopicName
from trimtab.lab.report.figures import NOTHING
from trimtab.lab.report.tables import table

FEWEST = 30
"""Independent outcomes below which a cell says so instead of an accuracy."""
WORTH = 0.75
"""P(net edge > 0) from which a topic is traded."""


def accuracy_matrix(cells: Mapping[TopicName, Sequence[AccuracyCell]]) -> str:
    """One table a topic; in each cell the accuracy with its 90 % interval and P(net edge > 0)."""
    return "".join(_topic(name, of) for name, of in cells.items()) or "<p>Nothing was settled.</p>"


def _topic(name: TopicName, cells: Sequence[AccuracyCell]) -> str:
    known = {(cell.phase, cell.volatility_regime): cell for cell in cells if cell.symbol == MARKET}
    regimes = [one for one in VOLATILITY_REGIMES if any((phase, one) in known for phase in PHASES)]
    rows = (
        (escape(phase), *(_cell(known.get((phase, regime))) for regime in regimes))
        for phase in PHASES
        if any((phase, regime) in known for regime in regimes)
    )
    return table(escape(name), ("", *(f"{one} volatility" for one in regimes)), rows)


def _cell(cell: AccuracyCell | None) -> str:
    if cell is None:
        return NOTHING
    if cell.n_effective < FEWEST:
        return f"n {cell.n_effective:.0f}"
    chance = cell.p_net_edge_positive
    style = ' class="better"' if chance >= WORTH else ""
    return (
        f"{100.0 * cell.posterior_mean:.1f} % [{100.0 * cell.low:.0f} to {100.0 * cell.high:.0f}] "
        f"<b{style}>{chance:.2f}</b>"
    )
