"""One trial: a backtest with a candidate's settings, as the profits of its days."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.app.compose import run_through
from trimtab.app.configuring import configuration, unhalted
from trimtab.app.errors import UserError
from trimtab.app.nothing import NoJournal
from trimtab.app.recording import Recording
from trimtab.app.settings import Settings
from trimtab.app.starting import started_on
from trimtab.app.summary import Summary
from trimtab.domain.units import Micros
from trimtab.lab.metrics import daily_equity, daily_sums

Floats = NDArray[np.float64]


class Outcome(NamedTuple):
    """Of the adapted book, day by day."""

    first_day: Micros
    profits: Floats
    """Over the capital."""
    trades: Floats
    """Positions closed."""


def outcome_with(recording: Recording, settings: Settings, begin: Micros | None) -> Outcome:
    """What the adapted book did, day by day. Nothing halts it: nobody could resume.

    Raises UserError where no day is marked.
    """
    written = unhalted(configuration(settings, recording.topics, recording.candles.coins))
    start = started_on(recording, written, begin=begin)
    summary = Summary()
    run_through(start, recording.feed().facts(), NoJournal(), summary)
    if not summary.marks:
        raise UserError(
            "nothing to tune: no UTC day begins within the record: choose a longer time"
        )
    curve = daily_equity([summary.marks], "adapted")
    profits = np.diff(curve.equity) / settings.capital
    trades = daily_sums([summary.marks], "adapted")[:, 0]
    return Outcome(Micros(int(curve.at[0])), profits, trades)


def fingerprint(recording: Recording) -> str:
    """Of all figures of the record: trials on other data may not be mixed with these."""
    digest = sha256()
    parts = [recording.candles.closes_at, recording.candles.bars]
    if (told := recording.predictions) is not None:
        parts += [told.issued_at, told.values]
    if recording.funding is not None:
        parts += [recording.funding.settled_at, recording.funding.rates]
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    digest.update(repr((recording.candles.coins, recording.topics)).encode())
    return digest.hexdigest()[:16]
