"""The tables of a comparison, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from trimtab.lab.comparison import Difference, Differences, Pair
from trimtab.lab.cuts import Cut
from trimtab.lab.effect_calibration import RuleCalibration
from trimtab.lab.full_comparison import Control, CostSplit, FullComparison, Without
from trimtab.lab.report.figures import (
    DRAWDOWN,
    NET,
    NOTHING,
    SHARPE,
    WIN_RATE,
    Figure,
    count,
    edge,
    percent,
    told,
)
from trimtab.lab.report.tables import table

COMPARED = (SHARPE, WIN_RATE, NET, DRAWDOWN)


def evidence_line(found: FullComparison) -> str:
    """What the verdict rests on, in a sentence or two."""
    difference = found.pooled.difference
    parts = (
        f"{figure.name} {with_interval(figure, one)}"
        for figure, one in zip(COMPARED, _of(difference), strict=True)
    )
    sure = found.evidence
    luck = f"the best of {sure.trials} trials" if sure.trials > 1 else "0"
    return (
        f"Adapted less static: {', '.join(parts)}. Chance that the Sharpe ratio is above {luck}: "
        f"adapted {told(sure.adapted, percent)}, static {told(sure.static, percent)}."
    )


def with_interval(figure: Figure, one: Difference) -> str:
    """The difference and, in brackets, its 95 % interval."""
    if one.value is None:
        return NOTHING
    said = figure.change(one.value)
    if one.low is None or one.high is None:
        return f"{said} (too little for an interval)"
    return f"{said} [{figure.change(one.low)} to {figure.change(one.high)}]"


def differences_table(caption: str, pairs: Mapping[str, Pair]) -> str:
    """Adapted, static and the difference of each figure."""
    head = ("", "trades", "static", *(figure.name for figure in COMPARED))
    rows = (
        (
            escape(name), count(pair.adapted.trades), count(pair.static.trades),
            *_cells(pair.difference),
        )
        for name, pair in pairs.items()
    )  # fmt: skip
    return table(f"{caption}, with 95 % intervals", head, rows)


def without_table(parts: Mapping[str, Without]) -> str:
    """What is lost without each part."""
    head = ("", "its Sharpe", *(figure.name for figure in COMPARED))
    rows = (
        (escape(name), told(one.adapted.sharpe, SHARPE.text), *_cells(one.difference))
        for name, one in parts.items()
    )
    return table("As configured, less without the part, with 95 % intervals", head, rows)


def cuts_table(name: str, parts: Mapping[str, Cut]) -> str:
    """Round trips by what they had in common when they began."""
    head = (name, "trades", "static", "win rate", "static", "net a trade", "static", "difference")
    rows = (
        (
            escape(key),
            count(cut.adapted.trades), count(cut.static.trades),
            told(cut.adapted.win_rate, percent), told(cut.static.win_rate, percent),
            told(cut.adapted.net_bp_per_trade, edge), told(cut.static.net_bp_per_trade, edge),
            with_interval(NET, cut.difference.net_bp_per_trade),
        )
        for key, cut in parts.items()
    )  # fmt: skip
    return table(f"By {name.lower()}", head, rows)


def costs_table(costs: Mapping[str, CostSplit]) -> str:
    """USD over all topics."""
    rows = (
        (book, *map(count, (one.fees, one.spread, one.impact, one.funding)))
        for book, one in costs.items()
    )
    return table("USD, all topics", ("", "fees", "spread", "impact", "funding paid"), rows)


def controls_table(controls: Mapping[str, Control]) -> str:
    """Runs whose result is known beforehand; the worst is to be looked at first."""
    words = {None: NOTHING, True: "yes", False: '<b class="worse">no</b>'}
    rows = (
        (
            escape(name), told(one.pooled.adapted.sharpe, SHARPE.text),
            told(one.pooled.adapted.total_return, percent),
            told(one.pooled.static.sharpe, SHARPE.text), escape(one.asked), words[one.passed],
        )
        for name, one in controls.items()
    )  # fmt: skip
    head = ("", "Sharpe", "return", "static Sharpe", "asked", "so it was")
    return table("Controls", head, rows)


def calibration_table(rules: Mapping[str, RuleCalibration]) -> str:
    """Expected against measured effect of the contracts that ran their course."""
    rows = (
        (
            escape(rule), count(one.applied),
            escape(", ".join(f"{n} {verdict.replace('_', ' ')}" for verdict, n in one.verdicts.items())),
            count(one.ran), told(one.expected, _small), told(one.measured, _small),
            told(one.within, percent),
        )
        for rule, one in rules.items()
    )  # fmt: skip
    head = (
        "Rule", "applied", "ended", "ran", "expected a bar", "measured a bar", "within 90 % interval"
    )  # fmt: skip
    return table("Bp of equity a bar", head, rows)


def _small(value: float) -> str:
    return f"{value:+.3f} bp"


def _of(one: Differences) -> tuple[Difference, ...]:
    return one.sharpe, one.win_rate, one.net_bp_per_trade, one.max_drawdown_at_10pct_vol


def _cells(one: Differences) -> tuple[str, ...]:
    return tuple(
        with_interval(figure, each) for figure, each in zip(COMPARED, _of(one), strict=True)
    )
