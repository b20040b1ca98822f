"""trimtab compare: does adapting pay?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.test_backtest import FIGURES
from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files

COMPARED = {"sharpe", "win_rate", "net_bp_per_trade", "max_drawdown_at_10pct_vol"}
SINCE = ("--from", "2024-01-12")


@pytest.fixture(scope="module")
def compared(recorded: Files) -> Answer:
    return trimtab("compare", *recorded.options(), *SINCE, "--json", "-")


def test_every_topic_and_all_together_are_compared(compared: Answer) -> None:
    assert compared.code == 0
    assert set(compared.json) == {"pooled", "topics"}
    assert list(compared.json["topics"]) == ["trend-8h", "price-4h"]
    for pair in (compared.json["pooled"], *compared.json["topics"].values()):
        assert set(pair) == {"adapted", "static", "difference"}
        assert set(pair["adapted"]) == set(pair["static"]) == FIGURES
        assert set(pair["difference"]) == COMPARED
        for difference in pair["difference"].values():
            assert set(difference) == {"value", "low", "high"}
            assert (difference["low"] is None) is (difference["high"] is None)


def test_the_difference_is_adapted_less_static(compared: Answer) -> None:
    for pair in compared.json["topics"].values():
        sharpes = (pair["adapted"]["sharpe"], pair["static"]["sharpe"])
        if None not in sharpes:
            assert pair["difference"]["sharpe"]["value"] == pytest.approx(sharpes[0] - sharpes[1])


def test_pooled_counts_the_trades_of_all_topics(compared: Answer) -> None:
    for book in ("adapted", "static"):
        assert compared.json["pooled"][book]["trades"] == sum(
            pair[book]["trades"] for pair in compared.json["topics"].values()
        )


def test_the_table_names_every_topic(compared: Answer) -> None:
    for name in ("trend-8h", "price-4h", "pooled"):
        assert name in compared.err


def trades(files: Files, *more: object) -> int:
    """How often the static twin of one topic traded."""
    asked = ("--topics", "trend-8h", *SINCE, *more, "--json", "-")
    answer = trimtab("compare", *files.options(), *asked)
    return int(answer.json["pooled"]["static"]["trades"])


def test_a_higher_threshold_trades_less(recorded: Files) -> None:
    every, some, none = (trades(recorded, "--static-threshold", level) for level in (0, 0.01, 9))
    assert every > some > none == 0


def test_thresholds_of_the_configuration_hold_where_the_command_says_auto(
    recorded: Files, tmp_path: Path
) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text('[thresholds]\n"trend-8h" = 9.0\n', encoding="utf-8")
    assert trades(recorded, "--config", config) == 0
    assert trades(recorded, "--config", config, "--static-threshold", 0) > 0


def test_a_placebo_is_told_by_its_seed_and_is_another_run(recorded: Files) -> None:
    first, again, other = (
        trimtab("compare", *recorded.options(), *SINCE, "--placebo", seed, "--json", "-").json
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first["pooled"]["static"] != other["pooled"]["static"]


def test_a_report_shows_all_topics(recorded: Files, tmp_path: Path) -> None:
    page = tmp_path / "compare.html"
    assert trimtab("compare", *recorded.options(), *SINCE, "--report", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "trend-8h" in text
    assert "price-4h" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            (),
            (
                "--static-threshold auto: needs --from, for the rows before it are learnt from; "
                "add it, or give a number"
            ),
        ),
        (
            ("--static-threshold", "much"),
            "--static-threshold 'much': give auto or a log return such as 0.002",
        ),
        (
            ("--static-threshold=-1",),
            "--static-threshold -1: a log return is 0 or more: give one such as 0.002",
        ),
        (
            ("--static-threshold", "nan"),
            "--static-threshold nan: a log return is 0 or more: give one such as 0.002",
        ),
    ],
)
def test_a_threshold_that_is_none_is_refused(
    recorded: Files, more: tuple[str, ...], words: str
) -> None:
    answer = trimtab("compare", *recorded.options(), *more)
    assert (answer.code, answer.err.splitlines()[-1]) == (2, f"trimtab: {words}")


def test_without_forecasts_there_is_nothing_to_compare(recorded: Files) -> None:
    answer = trimtab("compare", "--candles", recorded.candles)
    assert answer[::2] == (
        2,
        "trimtab: --predictions: compare needs forecasts; name a Parquet file of them\n",
    )
