"""The runners of the scores: what they are told, what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.builders.commands import trimtab
from trimtab.app.errors import UserError
from trimtab.app.lab.score_spike import score_spike
from trimtab.app.lab.score_volatility_forecast import TAUGHT, score_recorded_volatility
from trimtab.app.lab.score_volume import score_volume_anomalies
from trimtab.app.recording import Files, read_recording
from trimtab.app.warm_up import write_market
from trimtab.domain.units import HOUR
from trimtab.lab.scores.spike_scores import NOMINAL


def candles(path: Path, days: float, first_hour: int = 5) -> Path:
    """Hourly candles of two coins that do not begin at midnight."""
    random = np.random.default_rng(1)
    rows = int(24 * days)
    closes = 100.0 * np.exp(np.cumsum(0.005 * random.standard_normal((rows, 2)), axis=0))
    opens = np.vstack([np.full((1, 2), 100.0), closes[:-1]])
    at = 1_704_067_200_000_000 + HOUR * (first_hour + np.arange(rows))
    table = {
        "ts": pl.from_epoch(pl.Series(np.repeat(at, 2)), time_unit="us"),
        "symbol": ["AAA", "BBB"] * rows,
        "open": opens.ravel(),
        "high": np.maximum(opens, closes).ravel() * 1.001,
        "low": np.minimum(opens, closes).ravel() * 0.999,
        "close": closes.ravel(),
        "volume": np.full(2 * rows, 10.0),
    }
    pl.DataFrame(table).write_parquet(path)
    return path


@pytest.mark.parametrize("runner", [score_spike, score_volume_anomalies])
def test_no_seeds_no_score(runner: object) -> None:
    assert callable(runner)
    with pytest.raises(ValueError, match="give 1 or more"):
        runner(0)


def test_spikes_are_scored_at_the_shipped_rate_and_at_others() -> None:
    scores = score_spike(1, (2_000, 2))
    assert tuple(rate.nominal for rate in scores.rates) == NOMINAL
    assert scores.bars == 4_000
    assert scores.microseconds_a_bar > 0.0


def test_volume_is_scored() -> None:
    assert len(score_volume_anomalies(1, (2_000, 2)).markets) == 4


def test_recorded_candles_are_scored_by_whole_utc_days(tmp_path: Path) -> None:
    path = candles(tmp_path / "candles.parquet", 120)
    scores = score_recorded_volatility(read_recording(Files(path)))
    assert scores.coins == 2
    assert scores.days == 119 - 1 - TAUGHT
    one = read_recording(Files(path, symbols=("BBB",)))
    assert score_recorded_volatility(one).coins == 1


def test_too_short_a_record_is_refused(tmp_path: Path) -> None:
    path = candles(tmp_path / "candles.parquet", 70)
    with pytest.raises(UserError, match="69 days, of which 60 teach: 30 more are needed"):
        score_recorded_volatility(read_recording(Files(path)))


def test_what_the_context_was_worth_is_asked_of_recorded_forecasts(tmp_path: Path) -> None:
    begin = write_market(tmp_path)
    words = ["--candles", tmp_path / "candles.parquet", "--json", "-"]
    answer = trimtab(
        "lab", "score", "context", *words, "--predictions", tmp_path / "predictions.parquet"
    )
    assert answer.code == 0, answer.err
    for topic in answer.json["topics"]:
        assert topic["low"] <= topic["saved"] <= topic["high"]
    assert begin


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("luck",), "'luck' cannot be scored: use one of phase, spike"),
        (("context",), "--candles: context is asked of a recording"),
        (("volatility", "--candles", "there.parquet", "--picture", "x.svg"), "there.parquet"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(
    words: tuple[str, ...], complaint: str
) -> None:
    answer = trimtab("lab", "score", *words)
    assert answer.code == 2
    assert complaint in answer.err
