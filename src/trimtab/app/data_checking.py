"""One file looked over: what it is, all that is wrong with it, and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec import Struct

from trimtab.adapters.parquet.errors import moment
from trimtab.adapters.parquet.raw_series import (
    FileKind,
    kind_of,
    raw_candles,
    raw_funding,
    raw_predictions,
)
from trimtab.app.errors import UserError
from trimtab.domain.units import Micros
from trimtab.lab.data_checks.candle_findings import CandleSeries, candle_findings
from trimtab.lab.data_checks.findings import Finding, Series, Severity
from trimtab.lab.data_checks.funding_findings import funding_findings
from trimtab.lab.data_checks.prediction_findings import (
    Closes,
    Scored,
    against,
    prediction_findings,
)
from trimtab.lab.data_checks.timing import step_of


class Checked(Struct, frozen=True):
    """What `--json` of `data check` gives."""

    file: str
    kind: FileKind
    rows: int
    series: int
    first: str
    last: str
    errors: int
    warnings: int
    findings: list[Finding]
    scored: list[Scored] = []
    """Of forecasts, where candles were given."""


class Looked(Struct, frozen=True, eq=False):
    """The verdict, and the series that it is about."""

    checked: Checked
    series: list[Series]


def looked_over(
    path: Path, candles: Path | None, now: Micros, *, synthetic: bool = False
) -> Looked:
    """Raises DataError where the file cannot be read, UserError where candles do not go with it."""
    kind = kind_of(path)
    if candles is not None and kind != "predictions":
        raise UserError(f"--candles {candles}: goes with predictions; {path} has {kind}")
    scored: list[Scored] = []
    match kind:
        case "candles":
            coins = raw_candles(path)
            series, findings = [one.series for one in coins], candle_findings(coins, now)
        case "funding":
            rates = raw_funding(path)
            series, findings = [one.series for one in rates], funding_findings(rates, now)
        case "predictions":
            forecasts = raw_predictions(path)
            series = [one.series for one in forecasts]
            findings = prediction_findings(forecasts, now)
            if candles is not None:
                closes = _closes(raw_candles(candles))
                more, scored = against(forecasts, closes, synthetic=synthetic)
                findings += more
    return Looked(_checked(path, kind, series, _sorted(findings), scored), series)


def _closes(coins: list[CandleSeries]) -> dict[str, Closes]:
    """What was known when: a bar's close is known when it ends."""
    step = step_of([one.series for one in coins])
    return {one.series.name: _of_coin(one, step) for one in coins}


def _of_coin(one: CandleSeries, step: Micros) -> Closes:
    order = np.argsort(one.series.at, kind="stable")
    return Closes(one.series.at[order] + step, one.figures[3][order])


def _checked(
    path: Path, kind: FileKind, series: list[Series], findings: list[Finding], scored: list[Scored]
) -> Checked:
    return Checked(
        str(path), kind, sum(len(one.at) for one in series), len(series),
        moment(min(int(one.at.min()) for one in series)),
        moment(max(int(one.at.max()) for one in series)),
        _of(findings, "error"), _of(findings, "warning"), findings, scored,
    )  # fmt: skip


_ORDER: tuple[Severity, ...] = ("error", "warning", "note")


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: _ORDER.index(one.severity))


def _of(findings: list[Finding], severity: Severity) -> int:
    return sum(1 for one in findings if one.severity == severity)
