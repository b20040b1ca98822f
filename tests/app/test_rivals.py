"""Other back-testers count only where they made our trades, and one that is missing is named."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec import json
from numpy.typing import NDArray

from tests.builders.commands import trimtab
from trimtab.app.benches.backtest import SEED, measure_backtest
from trimtab.app.benches.rivals.comparing import PACKAGES, RivalFigures, compared, difference
from trimtab.app.benches.rivals.work import FEE, LOT, Trade, trades_of
from trimtab.lab.sma_market import minute_bars

OWN = [
    Trade(200, 206, 1655, 60_416.8125, 60_415.3125, -1.124699418),
    Trade(206, 248, -1655, 60_415.3125, 60_753.8125, -6.70511696),
    Trade(248, 395, 1645, 60_753.8125, 60_756.3125, -1.058237856),
]


def test_trades_equal_within_rounding_do_not_differ() -> None:
    others = [one._replace(profit=one.profit + 1e-8, entry=one.entry * (1 + 1e-12)) for one in OWN]
    assert difference(OWN, others) == ""


def test_the_first_trade_is_left_out_for_a_library_may_look_later() -> None:
    late = OWN[0]._replace(entered=201, entry=60_401.0)
    assert difference(OWN, [late, *OWN[1:]]) == ""
    assert difference(OWN, OWN[1:]) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"entered": 207}, {"left": 249}, {"lots": 1655}, {"entry": 60_415.3126},
        {"exit": 60_753.8126}, {"profit": -6.70501},
    ],
)  # fmt: skip
def test_a_trade_that_differs_in_anything_is_told(changed: dict[str, float]) -> None:
    other = OWN[1]._replace(**changed)  # type: ignore[arg-type]
    told = difference(OWN, [OWN[0], other, OWN[2]])
    assert str(other) in told


def test_a_trade_more_or_less_is_told() -> None:
    assert difference(OWN, OWN[:2]) == "1 trades, 2 here"
    assert difference(OWN, []) == "0 trades, 2 here"


def test_a_fill_that_turns_around_ends_one_trade_and_begins_another() -> None:
    trades = trades_of([(200, 10, 100.0), (206, -20, 110.0), (210, 20, 100.0)])
    fees = FEE * 10 * LOT * 210.0
    gain = 10 * LOT * 10.0 - fees
    assert [(one.entered, one.left, one.lots) for one in trades] == [
        (200, 206, 10),
        (206, 210, -10),
    ]
    assert [one.profit for one in trades] == pytest.approx([gain, gain])


def test_the_common_bars_open_where_they_closed_on_prices_that_add_up_exactly() -> None:
    bars = minute_bars(2_000, np.random.default_rng(SEED)).bars[:, :, 0]
    assert (bars[1:, 0] == bars[:-1, 3]).all()
    assert (bars[:, 1] >= bars[:, [0, 3]].max(axis=1)).all()
    assert (bars[:, 2] <= bars[:, [0, 3]].min(axis=1)).all()
    assert bars[:, :4].cumsum(axis=0)[-1].tolist() == bars[::-1, :4].cumsum(axis=0)[-1].tolist()


def test_a_rival_whose_interpreter_is_not_there_is_named_with_the_reason() -> None:
    bare = dict.fromkeys(PACKAGES, f"{sys.executable}-that-is-not-there")
    figures = measure_backtest(bare, bars=3_000, runs=1)
    assert figures.bars == 3_000
    assert figures.trades > 0
    assert set(figures.rivals) == {"backtesting", "vectorbt", "freqtrade", "jesse", "nautilus"}
    for one in figures.rivals.values():
        assert one.bars_per_cpu_s is None
        assert "that-is-not-there" in one.difference


def stand_in(folder: Path, answer: object) -> str:
    """A program that answers as a rival's interpreter would."""
    said = folder / "said.json"
    said.write_bytes(json.encode(answer))
    program = folder / "python"
    program.write_text(f'#!/bin/sh\ncp "{said}" "$6"\n')
    program.chmod(0o755)
    return str(program)


def asked(python: str) -> RivalFigures:
    bars: NDArray[np.float64] = np.zeros((600, 5))
    return compared(bars, OWN, dict.fromkeys(PACKAGES, python), 1, lambda: 0.5)["vectorbt"]


def test_equal_trades_give_the_ratio_of_cpu_seconds(tmp_path: Path) -> None:
    answer = {"version": "1.2", "cpu_s": [3.0, 1.0, 2.0], "trades": OWN}
    figures = asked(stand_in(tmp_path, answer))
    assert figures == RivalFigures("1.2", 300, 4.0, 3)


def test_other_trades_give_their_difference_and_no_figure(tmp_path: Path) -> None:
    answer = {"version": "1.2", "cpu_s": [1.0], "trades": OWN[:2]}
    figures = asked(stand_in(tmp_path, answer))
    assert figures == RivalFigures("1.2", trades=2, difference="1 trades, 2 here")


def test_an_interpreter_without_the_library_says_how_to_install_it(tmp_path: Path) -> None:
    program = tmp_path / "python"
    error = "ModuleNotFoundError: No module named 'vectorbt'"
    program.write_text(f'#!/bin/sh\necho "{error}" >&2\nexit 1\n')
    program.chmod(0o755)
    told = asked(str(program)).difference
    assert "vectorbt is not installed" in told
    assert "pip install vectorbt" in told
    assert "--rival vectorbt=PATH" in told


def test_any_other_failure_is_told_in_its_own_words(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'ValueError: no' >&2\nexit 1\n")
    program.chmod(0o755)
    assert asked(str(program)).difference == f"{program}: ValueError: no"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("zipline=python", "--rival zipline=python: write NAME=PATH with one of backtesting, "),
        ("jesse", "--rival jesse: write NAME=PATH with one of backtesting, "),
        ("jesse=no/such/python", "no/such/python is no program that can be started"),
    ],
)
def test_a_rival_that_cannot_be_asked_is_refused_before_anything_is_measured(
    given: str, told: str
) -> None:
    ended = trimtab("bench", "backtest", "--rival", given)
    assert ended.code == 2
    assert told in " ".join(ended.err.split())
