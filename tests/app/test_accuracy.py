"""trimtab accuracy: how good each topic is, context by context, and forecast by forecast."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accuracy") / "forecasts.parquet"


@pytest.fixture(scope="module")
def answer(recorded: Files, out: Path) -> Answer:
    return trimtab("accuracy", *recorded.options(), "--json", "-", "--out", out)


def test_cells_have_the_names_that_scripts_rely_on(answer: Answer) -> None:
    assert answer.code == 0
    assert set(answer.json) == {"cells", "losses"}
    for cell in answer.json["cells"]:
        assert set(cell) == {
            "topic", "symbol", "phase", "volatility_regime", "n", "n_effective", "hits",
            "accuracy", "posterior_mean", "low", "high", "p_net_edge_positive",
            "czar", "wrmse_improvement", "pearson", "interval_coverage",
        }  # fmt: skip


def test_cells_add_up(answer: Answer) -> None:
    cells = answer.json["cells"]
    whole = {cell["topic"]: cell for cell in cells if (cell["symbol"], cell["phase"]) == ("*", "*")}
    assert set(whole) == {"trend-8h", "price-4h"}
    for topic, pooled in whole.items():
        parts = [
            cell
            for cell in cells
            if cell["topic"] == topic and cell["symbol"] != "*" and cell["phase"] == "*"
        ]
        assert pooled["n"] == sum(cell["n"] for cell in parts) > 100
        assert pooled["accuracy"] == pooled["hits"] / pooled["n"]
        assert pooled["low"] <= pooled["posterior_mean"] <= pooled["high"]


def test_the_best_are_shown(answer: Answer) -> None:
    assert "Most likely to be worth their costs" in answer.err


def test_every_settled_forecast_is_told_with_what_was_known_of_it(
    answer: Answer, out: Path
) -> None:
    assert answer.code == 0
    table = pl.read_parquet(out)
    assert set(table.columns) >= {
        "issued_at", "topic", "symbol", "forecast", "realised", "phase", "volatility_regime",
        "probability", "expected_net_edge_bp", "gate_open",
    }  # fmt: skip
    assert table["issued_at"].dtype == pl.Datetime("us", "UTC")
    settled = table.filter(pl.col("realised").is_finite())
    assert len(settled) > 500
    assert settled["probability"].is_between(0.0, 1.0).all()


def test_without_forecasts_there_is_nothing_to_score(recorded: Files) -> None:
    answer = trimtab("accuracy", "--candles", recorded.candles)
    assert answer[::2] == (
        2,
        "trimtab: --predictions: accuracy needs forecasts; name a Parquet file of them\n",
    )
