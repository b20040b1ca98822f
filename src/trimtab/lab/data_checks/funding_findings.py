"""Funding rates: holes, repeats, and rates that no venue charges."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.units import HOUR, Micros
from trimtab.lab.data_checks.findings import Finding, Series, found
from trimtab.lab.data_checks.timing import gaps, step_of, times

MOST_AN_HOUR = 0.04
"""Hyperliquid's cap; larger rates are mostly percent taken for fractions."""
UNLIKELY_AN_HOUR = 0.002


class FundingSeries(Struct, frozen=True, eq=False):
    """The rates of one coin in the order of the file."""

    series: Series
    rate: NDArray[np.float64]


def funding_findings(coins: list[FundingSeries], now: Micros) -> list[Finding]:
    """All that is found in a file of funding rates."""
    findings: list[Finding] = []
    for one in coins:
        series, rate = one.series, one.rate
        step = step_of([series])
        hours = max(1.0, step / HOUR)
        bad, size = ~np.isfinite(rate), np.abs(np.nan_to_num(rate))
        absurd = size > MOST_AN_HOUR * hours
        findings += [
            *times(series, now),
            *gaps(series, step),
            *found("error", "figures", series, bad, "rate is no finite number in {} rows",
                   "correct or remove them"),
            *found("error", "figures", series, absurd, "rate is above what any venue charges in {} "
                   f"rows, the largest {size.max(initial=0.0):g}",
                   "give fractions a settlement: .0001, not .01 percent, and not a year's rate"),
            *found("warning", "outliers", series, ~absurd & (size > UNLIKELY_AN_HOUR * hours),
                   "rate is very high in {} rows", "compare with the venue"),
        ]  # fmt: skip
    return findings
