"""Figures as a reader wants them: units, signs, and a dash where there is no figure."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from trimtab.lab.metrics import BookMetrics

NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
Value = float | None
Text = Callable[[float], str]


class Figure(NamedTuple):
    """One line of the table of metrics."""

    name: str
    of: Callable[[BookMetrics], Value]
    text: Text
    more_is_better: bool | None
    """None: neither more nor less is better in itself."""

    def change(self, value: float) -> str:
        """A difference: always with its sign, unless it rounds to nothing."""
        text = _UNSIGNED.get(self.text, self.text)
        plain = text(abs(value))
        if plain == text(0.0):
            return plain
        return ("+" if value > 0.0 else MINUS) + plain


def told(value: Value, text: Text) -> str:
    """With a true minus sign; a dash where there is nothing to tell."""
    return NOTHING if value is None else text(value).replace("-", MINUS)


def count(value: float) -> str:
    return f"{value:,.0f}"


def days(value: float) -> str:
    return f"{value:,.0f} d"


def percent(value: float) -> str:
    return f"{100.0 * value:.1f} %"


def profit(value: float) -> str:
    return f"{100.0 * value:+.1f} %"


def points(value: float) -> str:
    """The difference of two percentages."""
    return f"{100.0 * value:.1f} points"


def basis_points(value: float) -> str:
    return f"{value:.1f} bp"


def edge(value: float) -> str:
    return f"{value:+.1f} bp"


def ratio(value: float) -> str:
    return f"{value:.2f}"


_UNSIGNED: dict[Text, Text] = {percent: points, profit: points, edge: basis_points}
"""How a difference is told where that is another way than the figure itself."""


def _figure(key: str, name: str, text: Text, *, more_is_better: bool | None) -> Figure:
    return Figure(name, attrgetter(key), text, more_is_better)


SHARPE = _figure("sharpe", "Sharpe ratio", ratio, more_is_better=True)
WIN_RATE = _figure("win_rate", "Win rate", percent, more_is_better=True)
NET = _figure("net_bp_per_trade", "Net a trade", edge, more_is_better=True)
DRAWDOWN = _figure(
    "max_drawdown_at_10pct_vol",
    "Maximum drawdown at 10 % volatility",
    percent,
    more_is_better=False,
)
FIGURES = (
    _figure("total_return", "Total return", profit, more_is_better=True),
    SHARPE,
    WIN_RATE,
    NET,
    _figure("trades", "Trades", count, more_is_better=None),
    _figure("max_drawdown", "Maximum drawdown", percent, more_is_better=False),
    DRAWDOWN,
    _figure("longest_drawdown_days", "Longest drawdown", days, more_is_better=False),
    _figure("recovery_days", "Recovery", days, more_is_better=False),
    _figure("fees", "Fees", count, more_is_better=False),
    _figure("funding", "Funding paid", count, more_is_better=False),
    _figure("slippage", "Spread and impact", count, more_is_better=False),
    _figure("turnover", "Turnover", count, more_is_better=None),
)
