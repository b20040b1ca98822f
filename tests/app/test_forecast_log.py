"""Each forecast, with what was known of it and what came of it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from trimtab.app.forecast_log import ForecastLog
from trimtab.domain.configuration import Gate
from trimtab.domain.decisions import ForecastsWeighed, PredictionsSettled
from trimtab.domain.units import HOUR, Coin, Micros, TopicName
from trimtab.ports import Recorded

BTC, TOPIC = Coin("BTC"), TopicName("calm-8h")


def weighed(hour: int, probability: float | None) -> ForecastsWeighed:
    edge = None if probability is None else 1.5
    return ForecastsWeighed(
        Micros(hour * HOUR), (TOPIC,), (BTC,), ((probability,),), ((edge,),), ((1,),)
    )


def settled(hour: int, realised: float | None = 0.01) -> PredictionsSettled:
    issued_at = Micros(hour * HOUR)
    return PredictionsSettled(
        Micros(issued_at + 8 * HOUR), TOPIC, issued_at, (BTC,), (0.02,), (realised,), (0,), (1,)
    )


def written(folder: Path, *facts: ForecastsWeighed | PredictionsSettled) -> pl.DataFrame:
    log = ForecastLog(Gate(enter=0.75, leave=0.6))
    log.publish([Recorded(seq, fact) for seq, fact in enumerate(facts, 1)])
    log.write(folder / "log.parquet")
    return pl.read_parquet(folder / "log.parquet")


def test_what_was_known_stands_beside_what_came(tmp_path: Path) -> None:
    (row,) = written(tmp_path, weighed(3, 0.8), settled(3)).rows(named=True)
    assert row.pop("issued_at").hour == 3
    assert row == {
        "topic": "calm-8h", "symbol": "BTC", "forecast": 0.02, "realised": 0.01, "phase": "bull",
        "volatility_regime": "medium", "probability": 0.8, "expected_net_edge_bp": 1.5,
        "gate_open": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.7, 0.76, 0.7, 0.61, 0.6, 0.7], [False, True, True, True, False, False]),
        ([0.9, None, 0.7], [True, None, True]),
        ([0.75], [False]),
    ],
)
def test_the_gate_opens_high_and_closes_low(
    tmp_path: Path, probabilities: list[float | None], expected: list[bool | None]
) -> None:
    facts = [weighed(hour, probability) for hour, probability in enumerate(probabilities)]
    outcomes = [settled(hour) for hour in range(len(probabilities))]
    assert written(tmp_path, *facts, *outcomes)["gate_open"].to_list() == expected


def test_forecasts_that_are_still_open_are_left_out(tmp_path: Path) -> None:
    assert len(written(tmp_path, weighed(1, 0.8), weighed(2, 0.8), settled(1))) == 1


def test_a_log_of_nothing_is_a_table_without_rows(tmp_path: Path) -> None:
    assert len(written(tmp_path)) == 0
