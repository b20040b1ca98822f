"""A comparison on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from trimtab.app.output import console, figure, say
from trimtab.lab.comparison import Difference, Differences, Pair
from trimtab.lab.cuts import Cut
from trimtab.lab.full_comparison import FullComparison


def show(found: FullComparison) -> None:
    """The sentence first, then what it rests on."""
    sharpe = found.pooled.difference.sharpe
    say(f"{found.verdict}: Sharpe ratio adapted less static {_with_interval(sharpe)}")
    pairs = found.pairs()
    console.print(_books(pairs))
    console.print(_differences("adapted less static", {k: v.difference for k, v in pairs.items()}))
    for name, parts in (
        ("coin", found.cuts.coins), ("phase", found.cuts.phases),
        ("volatility", found.cuts.volatility),
    ):  # fmt: skip
        console.print(_cuts(name, parts))
    console.print(_costs(found))
    if found.ablations:
        worth = {name: one.difference for name, one in found.ablations.items()}
        console.print(_differences("as configured, less without a part", worth))
    if found.controls:
        console.print(_controls(found))


def _books(pairs: Mapping[str, Pair]) -> Table:
    table = Table(
        "topic", "trades", "win rate", "net bp", "Sharpe", "drawdown", title="adapted / static"
    )
    for name, pair in pairs.items():
        table.add_row(name, *_cells(pair))
    return table


def _differences(title: str, pairs: Mapping[str, Differences]) -> Table:
    table = Table(
        "", "win rate", "net bp", "Sharpe", "drawdown at 10 % volatility",
        title=f"{title} [95 % interval]",
    )  # fmt: skip
    for name, one in pairs.items():
        figures = one.win_rate, one.net_bp_per_trade, one.sharpe, one.max_drawdown_at_10pct_vol
        table.add_row(name, *(_escaped(each) for each in figures))
    return table


def _cells(pair: Pair) -> list[str]:
    names = ("trades", "win_rate", "net_bp_per_trade", "sharpe", "max_drawdown")
    return [
        f"{figure(getattr(pair.adapted, name))} / {figure(getattr(pair.static, name))}"
        for name in names
    ]


def _cuts(name: str, parts: Mapping[str, Cut]) -> Table:
    table = Table(
        name, "trades", "win rate", "net bp", "net bp, adapted less static",
        title=f"adapted / static by {name}",
    )  # fmt: skip
    for key, cut in parts.items():
        one, other = cut.adapted, cut.static
        table.add_row(
            key,
            f"{figure(one.trades)} / {figure(other.trades)}",
            f"{figure(one.win_rate)} / {figure(other.win_rate)}",
            f"{figure(one.net_bp_per_trade)} / {figure(other.net_bp_per_trade)}",
            _escaped(cut.difference.net_bp_per_trade),
        )
    return table


def _costs(found: FullComparison) -> Table:
    table = Table("costs, USD", "fees", "spread", "impact", "funding")
    for book, one in found.costs.items():
        table.add_row(book, *map(figure, (one.fees, one.spread, one.impact, one.funding)))
    return table


def _controls(found: FullComparison) -> Table:
    table = Table("control", "adapted Sharpe", "adapted return", "asked", "passed")
    for name, one in found.controls.items():
        passed = {None: "-", True: "yes", False: "NO"}[one.passed]
        book = one.pooled.adapted
        table.add_row(name, figure(book.sharpe), figure(book.total_return), one.asked, passed)
    return table


def _escaped(one: Difference) -> str:
    """In a table's cell square brackets are styles."""
    return _with_interval(one).replace("[", "\\[")


def _with_interval(one: Difference) -> str:
    if one.low is None or one.high is None:
        return figure(one.value)
    return f"{figure(one.value)} [{figure(one.low)}, {figure(one.high)}]"
