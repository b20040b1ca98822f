"""The report of a backtest or of a comparison, from the facts that the runs left behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from trimtab.domain.facts import Fact
from trimtab.domain.units import DAY, TopicName
from trimtab.lab.comparison import ADAPTED, STATIC, Difference, Pair, compare
from trimtab.lab.daily import falls_from_peak
from trimtab.lab.metrics import EquityCurve, Marks, daily_equity
from trimtab.lab.report.adaptation_log import Entry, adaptation_log, entries
from trimtab.lab.report.axis import date
from trimtab.lab.report.figures import NET, SHARPE, WIN_RATE, Figure
from trimtab.lab.report.line_chart import Chart, Line, Mark, line_chart
from trimtab.lab.report.page import page
from trimtab.lab.report.tables import metrics_table


class Run(Struct, frozen=True):
    """What one bot left behind."""

    marks: Marks
    facts: Sequence[Fact]
    """In their order; only adaptations are looked at, others may be there or not."""


class _Curves(Struct, frozen=True, eq=False):
    adapted: EquityCurve
    static: EquityCurve
    capital: float


def backtest_report(title: str, run: Run, capital: float, notes: Sequence[str] = ()) -> str:
    """HTML for one bot. `notes` are cautions that the reader must know."""
    pair = compare({TopicName(""): run.marks}, capital).pooled
    curves = _curves([run.marks], capital)
    log = entries(run.facts)
    return page(title, _lead(pair), _sections(pair, curves, log), [*notes, _span(curves)])


def _sections(pair: Pair, curves: _Curves, log: list[Entry]) -> Iterable[tuple[str, str]]:
    charts = (_equity(curves, log), _difference(curves), _drawdown(curves))
    yield "Figures", metrics_table(pair.adapted, pair.static)
    yield "Day by day", "".join(line_chart(chart) for chart in charts)
    yield "What was adapted, and why", adaptation_log(log)


def _lead(pair: Pair) -> str:
    told = (
        _told(SHARPE, pair.difference.sharpe),
        _told(WIN_RATE, pair.difference.win_rate),
        _told(NET, pair.difference.net_bp_per_trade),
    )
    return f"Adapted minus static: {', '.join(told)}."


def _told(figure: Figure, difference: Difference) -> str:
    if difference.value is None:
        return f"{figure.name} not defined"
    told = f"{figure.name} {figure.change(difference.value)}"
    if difference.low is None or difference.high is None:
        return told
    return f"{told} [{figure.change(difference.low)} to {figure.change(difference.high)}]"


def _span(curves: _Curves) -> str:
    first, last = curves.adapted.at[0], curves.adapted.at[-1]
    return (
        f"Daily values at the open, UTC, {date(first)} to {date(last)}; profits are not reinvested; "
        "365 days a year. In brackets: 95 % intervals, by drawing blocks of days for both books at once. "
        "One history is one draw: a difference without an interval proves nothing."
    )


def _curves(runs: Sequence[Marks], capital: float) -> _Curves:
    return _Curves(daily_equity(runs, ADAPTED), daily_equity(runs, STATIC), capital)


def _equity(curves: _Curves, log: list[Entry]) -> Chart:
    lines = (
        Line(ADAPTED, curves.adapted.equity / curves.capital - 1.0),
        Line(STATIC, curves.static.equity / curves.capital - 1.0),
    )
    return Chart("Profit, as a share of the capital", curves.adapted.at, lines, _marks(curves, log))


def _difference(curves: _Curves) -> Chart:
    gap = (curves.adapted.equity - curves.static.equity) / curves.capital
    line = Line("difference", gap)
    return Chart("What adapting added, as a share of the capital", curves.adapted.at, (line,))


def _drawdown(curves: _Curves) -> Chart:
    lines = (
        Line(ADAPTED, -falls_from_peak(curves.adapted.equity)),
        Line(STATIC, -falls_from_peak(curves.static.equity)),
    )
    return Chart("Drawdown: below the highest equity so far", curves.adapted.at, lines)


def _marks(curves: _Curves, log: list[Entry]) -> tuple[Mark, ...]:
    """One for each day on which something was adapted."""
    days: dict[int, list[str]] = {}
    for entry in log:
        days.setdefault(entry.at - entry.at % DAY, []).append(entry.because)
    first, last = curves.adapted.at[0], curves.adapted.at[-1]
    return tuple(
        Mark(day, f"{date(day)}: {_summed(reasons)}")
        for day, reasons in days.items()
        if first <= day <= last
    )


def _summed(reasons: list[str]) -> str:
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return reasons[0] + more
