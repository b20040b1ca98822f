"""What a search came to, as tables and lines."""

from __future__ import annotations

from rich.table import Table

from trimtab.app.lab.tuning.space import Candidate
from trimtab.app.lab.tuning.tuning import Tuned
from trimtab.app.output import console, figure, say
from trimtab.domain.units import DAY
from trimtab.lab.report.axis import date
from trimtab.lab.tuning.choosing import FEWEST_TRADES


def show(found: Tuned, default: Candidate) -> None:
    """Folds, the best setting beside the default, and how far it can be believed."""
    console.print(_folds(found))
    console.print(_settings(found, default))
    verdict = found.verdict
    say(
        f"{found.trials:,} trials over {found.days:,} days; out of sample, one fold after the other: "
        f"Sharpe {figure(verdict.tuned)} tuned, {figure(verdict.default)} default, "
        f"difference {figure(verdict.difference)} [{figure(verdict.low)}, {figure(verdict.high)}]"
    )
    say(
        f"{verdict.could_be_chosen:,} of them closed {FEWEST_TRADES} trades on the days that "
        "chose, or are the default: only these could be chosen"
    )
    say(f"probability of overfitting (CSCV) {figure(verdict.overfitting)}; 0.5 is drawing lots")
    if (deflated := verdict.deflated) is not None:
        say(
            f"deflated Sharpe: {deflated.probability:.4f} that the best is more than the luck of "
            f"{deflated.trials:,} trials (daily {deflated.sharpe:.4f}, luck {deflated.luck:.4f})"
        )
    say(found.words)


def _folds(found: Tuned) -> Table:
    table = Table("days", "trial", "tuned", "default", title="Sharpe on days that had no say")
    for fold in found.verdict.folds:
        table.add_row(
            f"{_date(found, fold.first)} to {_date(found, fold.stop - 1)}", str(fold.trial), figure(fold.tuned),
            figure(fold.default),
        )  # fmt: skip
    return table


def _date(found: Tuned, day: int) -> str:
    return date(found.first_day + day * DAY)


def _settings(found: Tuned, default: Candidate) -> Table:
    table = Table("setting", "best", "default", title="Chosen by all days before the last fold")
    for key, value in found.best.items():
        table.add_row(key, str(value).lower(), str(default[key]).lower())
    table.add_row("score", figure(found.best_score), figure(found.default_score))
    return table
