"""Forecasts: what is in the file stands in the tables, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.adapters.parquet.recorded import Row, at, forecast, hourly, write
from trimtab.adapters.parquet.errors import DataError
from trimtab.adapters.parquet.predictions import forecast_coins, read_predictions
from trimtab.domain.configuration import Topic
from trimtab.domain.units import HOUR, Micros, TopicName

CANDLES = hourly(["BTC", "ETH"], 48)
ALPHA = Topic(TopicName("alpha"), "log_return", Micros(8 * HOUR))
BETA = Topic(TopicName("beta"), "price", Micros(8 * HOUR))
TWO_TOPICS = [
    forecast("BTC", 1),
    forecast("BTC", 1, topic="beta", kind="price", value=60_000.0),
    forecast("ETH", 2, value=-0.02),
]
ELEVEN = "alpha on BTC at 2024-01-01 11:00 UTC"


def refusal(path: Path, topics: list[str] | None = None, symbols: list[str] | None = None) -> str:
    with pytest.raises(DataError) as refused:
        read_predictions(path, CANDLES, topics, symbols)
    return str(refused.value)


def test_forecasts_stand_by_instant_topic_and_coin(tmp_path: Path) -> None:
    predictions = read_predictions(write(tmp_path / "p.parquet", TWO_TOPICS), CANDLES)
    assert (predictions.topics, predictions.coins) == ((ALPHA, BETA), ("BTC", "ETH"))
    assert predictions.issued_at.tolist() == [at(1), at(2)]
    np.testing.assert_array_equal(
        predictions.values,
        [[[0.01, np.nan], [60_000.0, np.nan]], [[np.nan, -0.02], [np.nan, np.nan]]],
    )
    assert (predictions.lower, predictions.upper, predictions.dropped) == (None, None, 0)


def test_topics_come_in_the_order_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", TWO_TOPICS)
    assert read_predictions(path, CANDLES, ["beta", "alpha"]).topics == (BETA, ALPHA)
    assert read_predictions(path, CANDLES, ["beta"]).topics == (BETA,)


def test_only_coins_with_forecasts_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", [forecast("ETH", 1), forecast("DOGE", 1)])
    assert read_predictions(path, CANDLES, symbols=["ETH", "BTC"]).coins == ("ETH",)
    assert forecast_coins(path) == ("ETH", "DOGE")


def test_coins_with_forecasts_are_found_by_topic(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", TWO_TOPICS)
    assert forecast_coins(path, ["beta"]) == ("BTC",)


def test_intervals_may_be_missing_here_and_there(tmp_path: Path) -> None:
    rows = [forecast("BTC", 1, lower=-0.1, upper=0.1), forecast("ETH", 1, lower=None, upper=None)]
    predictions = read_predictions(write(tmp_path / "p.parquet", rows), CANDLES)
    np.testing.assert_array_equal(predictions.lower, [[[-0.1, np.nan]]])
    np.testing.assert_array_equal(predictions.upper, [[[0.1, np.nan]]])


def test_forecasts_outside_the_time_of_the_candles_are_dropped_and_told(tmp_path: Path) -> None:
    rows = [forecast("BTC", hour) for hour in (-1, 0.5, 1, 48, 49)]
    predictions = read_predictions(write(tmp_path / "p.parquet", rows), CANDLES)
    assert predictions.issued_at.tolist() == [at(1), at(48)]
    assert predictions.warning() == (
        "3 forecasts lie outside the time of the candles and are left out"
    )


def test_a_forecast_may_be_issued_within_a_bar_after_its_data(tmp_path: Path) -> None:
    rows = [forecast("BTC", 1.5, data_until=at(1)), forecast("BTC", 2, data_until=at(2))]
    predictions = read_predictions(write(tmp_path / "p.parquet", rows), CANDLES)
    assert predictions.issued_at.tolist() == [at(1.5), at(2)]


def test_a_coin_without_candles_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", [forecast("BTC", 1), forecast("DOGE", 1)])
    assert refusal(path) == (
        f"{path}: forecasts for DOGE, which have no candles: "
        f"add their candles, or leave them out of the symbols"
    )


def test_an_unknown_topic_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", TWO_TOPICS)
    assert refusal(path, ["gamma"]) == f"{path}: no topic gamma: choose from alpha, beta"


def test_no_forecast_for_the_symbols_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", [forecast("ETH", 1)])
    assert refusal(path, symbols=["BTC"]) == (
        f"{path}: no forecasts for the symbols asked for: check the symbols"
    )


def test_files_of_different_times_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", [forecast("BTC", 99)])
    assert refusal(path) == (
        f"{path}: no forecast lies within the candles "
        f"(2024-01-01 01:00 UTC to 2024-01-03 00:00 UTC): choose files of the same time"
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (
            forecast("BTC", 11, data_until=at(12)),
            (
                f"{ELEVEN} looks ahead: its data_until is 2024-01-01 12:00 UTC: "
                f"issue it when its last bar has closed"
            ),
        ),
        (
            forecast("BTC", 11, value=float("nan")),
            f"{ELEVEN}: value is nan; it must be a finite number: correct or remove the forecast",
        ),
        (
            forecast("BTC", 11, value=float("-inf")),
            f"{ELEVEN}: value is -inf; it must be a finite number: correct or remove the forecast",
        ),
        (
            forecast("BTC", 11, topic="beta", kind="price", value=-1.0),
            (
                "beta on BTC at 2024-01-01 11:00 UTC: value is -1; it must be a price above 0: "
                "correct or remove the forecast"
            ),
        ),
        (
            forecast("BTC", 11, lower=0.3, upper=0.2),
            f"{ELEVEN}: lower 0.3 is above upper 0.2: exchange or empty them",
        ),
        (
            forecast("BTC", 11, lower=float("-inf"), upper=0.2),
            f"{ELEVEN}: lower is -inf; it must be finite or empty: correct or empty it",
        ),
        (forecast("BTC", 10), "alpha on BTC has two rows at 2024-01-01 10:00 UTC: remove one"),
        (
            forecast("BTC", 9),
            (
                "alpha on BTC has 2024-01-01 09:00 UTC after 2024-01-01 10:00 UTC: "
                "sort the file by time"
            ),
        ),
        (
            forecast("BTC", 11, topic="beta", kind="guess"),
            "topic beta has kind guess: use one of log_return, price, volatility, classification",
        ),
        (
            forecast("BTC", 11, topic="beta", horizon_s=0),
            "topic beta has horizon_s 0: it must be a positive multiple of the bar, 1:00:00",
        ),
        (
            forecast("BTC", 11, topic="beta", horizon_s=5_400),
            "topic beta has horizon_s 5400: it must be a positive multiple of the bar, 1:00:00",
        ),
        (
            forecast("BTC", 11, horizon_s=3_600),
            "topic alpha has several kinds or horizons: give each a topic of its own",
        ),
    ],
)
def test_a_bad_forecast_is_refused_in_one_line(tmp_path: Path, row: Row, complaint: str) -> None:
    good = forecast("BTC", 10, data_until=at(10), lower=None, upper=None)
    bad = {"data_until": row["issued_at"], "lower": None, "upper": None, **row}
    path = write(tmp_path / "p.parquet", [good, bad])
    assert refusal(path) == f"{path}: {complaint}"


cells = some.dictionaries(
    some.tuples(some.integers(1, 48), some.sampled_from("ab"), some.sampled_from(["BTC", "ETH"])),
    some.integers(-999_999, 999_999).map(lambda digits: digits / 1e6),
    min_size=1,
)


@given(cells)
@settings(max_examples=40)
def test_whatever_is_written_is_read_and_nothing_else(
    written: dict[tuple[int, str, str], float],
) -> None:
    rows = [forecast(coin, hour, topic=topic, value=value)
            for (hour, topic, coin), value in sorted(written.items())]  # fmt: skip
    with TemporaryDirectory() as folder:
        read = read_predictions(write(Path(folder) / "p.parquet", rows), CANDLES)
    found = {
        (
            int(read.issued_at[instant] - at(0)) // HOUR,
            read.topics[topic].name,
            read.coins[coin],
        ): float(read.values[instant, topic, coin])
        for instant, topic, coin in np.argwhere(np.isfinite(read.values)).tolist()
    }
    assert found == written


def test_digits_that_no_forecaster_means_are_left_at_the_door(tmp_path: Path) -> None:
    rows = [
        forecast("BTC", 1, topic="a", value=-0.0012345678901234),
        forecast("BTC", 1, topic="b", kind="price", value=60_123.456789012),
    ]
    read = read_predictions(write(tmp_path / "p.parquet", rows), CANDLES)
    assert read.values[0, :, 0].tolist() == [-0.00123457, 60_123.457]
