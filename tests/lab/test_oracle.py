"""Who knows the skill trades where it pays, in the real books, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders.desk import BTC, OPENED, configured, instruments, sealed
from trimtab.domain.configuration import Costs, Gate
from trimtab.domain.units import HOUR, Bp
from trimtab.lab.oracle import MEAN_MOVE, OracleRun, Skilled, follow

ROWS, SIGMA = 200, 0.01
TEN_BP = Costs(Bp(4.0), Bp(1.0), Bp(1.0), Bp(0.0), participation=1.0)


def followed(skill: float, *, right: bool = True, funding: float = 0.0) -> OracleRun:
    """A price that rises 10 bp an hour, and a forecaster who says so, or the contrary."""
    closes = 100.0 * np.exp(0.001 * np.arange(1, ROWS + 1))
    opens = np.concatenate(([100.0], closes[:-1]))
    plenty = np.full(ROWS, 1e9)
    rows = np.stack(
        [opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, plenty], 1
    )
    table = np.ones((ROWS, 1))
    record = Skilled(
        table * (0.004 if right else -0.004), table * skill, table * SIGMA, table * funding
    )
    written = configured(gate=Gate(), costs=TEN_BP)
    return follow(written, instruments(BTC), sealed(rows[:, :, np.newaxis]), record, (OPENED, HOUR))


def test_skill_that_does_not_pay_its_costs_is_left_alone() -> None:
    just_short = 0.5 + 0.5 * 10e-4 / (MEAN_MOVE * SIGMA * 2.0) - 1e-6
    assert followed(just_short).trades == 0
    assert followed(just_short).gross.max() == 0.0


def test_skill_that_pays_is_followed_and_held_on_to() -> None:
    run = followed(0.7)
    assert run.trades == 0
    assert run.gross[-1] > 0.5
    assert run.equity[-1] == pytest.approx(1_000.0 + 0.001 * 1_000.0 * ROWS, rel=0.03)


def test_the_oracle_knows_the_skill_and_not_the_outcome() -> None:
    assert followed(0.7, right=False).equity[-1] < 1_000.0


def test_funding_is_paid() -> None:
    assert followed(0.7, funding=1e-4).equity[-1] < followed(0.7).equity[-1]
