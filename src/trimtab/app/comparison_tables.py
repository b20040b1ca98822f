"""A comparison on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from trimtab.app.output import console, figure, say
from trimtab.lab.comparison import Difference, Differences, Pair
from trimtab.lab.cuts import Cut
from trimtab.lab.full_comparison import Control, CostSplit, FullComparison


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
    console.print(_costs(found.costs))
    if found.ablations:
        worth = {name: one.difference for name, one in found.ablations.items()}
        console.print(_differences("as configured, less without a part", worth))
    if found.controls:
        console.print(_controls(found.controls))


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*head, title=title)
    for row in rows:
        table.add_row(*row)
    return table


def _books(pairs: Mapping[str, Pair]) -> Table:
    head = ("topic", "trades", "win rate", "net bp", "Sharpe", "drawdown")
    return _table("adapted / static", head, ((name, *_pair(one)) for name, one in pairs.items()))


def _pair(pair: Pair) -> list[str]:
    names = ("trades", "win_rate", "net_bp_per_trade", "sharpe", "max_drawdown")
    return [_both(getattr(pair.adapted, name), getattr(pair.static, name)) for name in names]


def _both(one: float | None, other: float | None) -> str:
    return f"{figure(one)} / {figure(other)}"


def _differences(title: str, pairs: Mapping[str, Differences]) -> Table:
    head = ("", "win rate", "net bp", "Sharpe", "drawdown at 10 % volatility")
    rows = ((name, *_gaps(one)) for name, one in pairs.items())
    return _table(f"{title} [95 % interval]", head, rows)


def _gaps(one: Differences) -> list[str]:
    figures = one.win_rate, one.net_bp_per_trade, one.sharpe, one.max_drawdown_at_10pct_vol
    return [_escaped(each) for each in figures]


def _cuts(name: str, parts: Mapping[str, Cut]) -> Table:
    head = (name, "trades", "win rate", "net bp", "net bp, adapted less static")
    rows = ((key, *_cut(cut)) for key, cut in parts.items())
    return _table(f"adapted / static by {name}", head, rows)


def _cut(cut: Cut) -> list[str]:
    names = ("trades", "win_rate", "net_bp_per_trade")
    both = [_both(getattr(cut.adapted, name), getattr(cut.static, name)) for name in names]
    return [*both, _escaped(cut.difference.net_bp_per_trade)]


def _costs(costs: Mapping[str, CostSplit]) -> Table:
    rows = (
        (book, *map(figure, (one.fees, one.spread, one.impact, one.funding)))
        for book, one in costs.items()
    )
    return _table("costs, USD", ("", "fees", "spread", "impact", "funding"), rows)


def _controls(controls: Mapping[str, Control]) -> Table:
    head = ("", "adapted Sharpe", "adapted return", "asked", "passed")
    return _table("controls", head, ((name, *_control(one)) for name, one in controls.items()))


def _control(one: Control) -> list[str]:
    passed = {None: "-", True: "yes", False: "NO"}[one.passed]
    book = one.pooled.adapted
    return [figure(book.sharpe), figure(book.total_return), one.asked, passed]


def _escaped(one: Difference) -> str:
    """In a table's cell square brackets are styles."""
    return _with_interval(one).replace("[", "\\[")


def _with_interval(one: Difference) -> str:
    if one.low is None or one.high is None:
        return figure(one.value)
    return f"{figure(one.value)} [{figure(one.low)}, {figure(one.high)}]"
