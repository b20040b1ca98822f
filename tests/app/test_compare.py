"""trimtab compare: does adapting pay?"""

from __future__ import annotations

from csv import DictReader
from hashlib import sha256
from pathlib import Path

import polars as pl
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
    assert set(compared.json) == {
        "verdict", "pooled", "topics", "cuts", "costs", "evidence", "calibration", "ablations",
        "controls",
    }  # fmt: skip
    assert compared.json["ablations"] == compared.json["controls"] == {}
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


@pytest.fixture(scope="module")
def whole(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    """Everything that can be asked for, on one topic and two processes."""
    page = tmp_path_factory.mktemp("report") / "compare.html"
    asked = ("--ablations", "--controls", "--processes", 2, "--trials", 50, "--topics", "trend-8h")
    return trimtab(
        "compare", *recorded.options(), *SINCE, *asked, "--report", page, "--json", "-"
    ), page


def test_each_part_is_compared_with_the_system_without_it(whole: tuple[Answer, Path]) -> None:
    told, _ = whole
    assert told.code == 0
    assert list(told.json["ablations"]) == ["context-blind", "no risk rules", "no mix rules"]
    for part in told.json["ablations"].values():
        difference, value = part["difference"]["net_bp_per_trade"]["value"], part["adapted"]
        own = told.json["pooled"]["adapted"]["net_bp_per_trade"]
        if None not in (difference, own, value["net_bp_per_trade"]):
            assert difference == pytest.approx(own - value["net_bp_per_trade"])


def test_controls_come_out_as_they_must(whole: tuple[Answer, Path]) -> None:
    controls = whole[0].json["controls"]
    assert list(controls) == [
        "costs doubled", "placebo 1", "placebo 2", "placebo 3", "planted control",
    ]  # fmt: skip
    assert controls["costs doubled"]["passed"] is None
    assert all(controls[f"placebo {seed}"]["passed"] for seed in (1, 2, 3))
    fees = [one["pooled"]["static"]["fees"] for one in (controls["costs doubled"], whole[0].json)]
    assert fees[0] > fees[1]


def test_cuts_and_costs_add_up_to_the_whole(whole: tuple[Answer, Path]) -> None:
    told = whole[0].json
    for book in ("adapted", "static"):
        for cut in told["cuts"].values():
            trades = sum(part[book]["trades"] for part in cut.values())
            assert trades == told["pooled"][book]["trades"]
        costs = told["costs"][book]
        assert costs["fees"] == pytest.approx(told["pooled"][book]["fees"])
        slippage = told["pooled"][book]["slippage"]
        assert costs["spread"] + costs["impact"] == pytest.approx(slippage)


def test_as_many_processes_as_one_likes_tell_the_same(recorded: Files) -> None:
    one, two = (
        trimtab("compare", *recorded.options(), *SINCE, "--processes", count, "--json", "-").json
        for count in (1, 2)
    )
    assert one == two


def test_the_report_says_what_it_found_first_and_its_tables_lie_beside_it(
    whole: tuple[Answer, Path], recorded: Files
) -> None:
    told, page = whole
    text = page.read_text(encoding="utf-8")
    assert f'<p class="verdict">{told.json["verdict"].capitalize()}.</p>' in text
    for words in ("trend-8h", "context-blind", "placebo 3", "What is assumed", "SHA-256"):
        assert words in text
    assert "http" not in text
    assert sha256(recorded.candles.read_bytes()).hexdigest() in text
    tables = {one.name for one in page.parent.iterdir()} - {page.name}
    assert tables == {
        f"compare-{name}.csv"
        for name in ("topics", "coins", "phases", "volatility", "ablations", "controls", "changes")
    }
    with (page.parent / "compare-topics.csv").open(encoding="utf-8") as file:
        rows = list(DictReader(file))
    assert [row["topic"] for row in rows] == ["pooled", "trend-8h"]
    assert float(rows[0]["static_win_rate"]) == told.json["pooled"]["static"]["win_rate"]


def refused(*words: object) -> str:
    answer = trimtab(*words)
    assert answer.code == 2
    return answer.err.splitlines()[-1]


def test_what_is_kept_for_a_last_test_is_read_only_when_that_is_said(
    recorded: Files, tmp_path: Path
) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text("locked_from = 2024-01-18\n", encoding="utf-8")
    asked = ("compare", *recorded.options(), *SINCE, "--config", config)
    assert refused(*asked) == (
        "trimtab: locked_from 2024-01-18: the candles go beyond it, and what lies there is kept for "
        "a last test: add --to 2024-01-18, or --open-locked when that test is due"
    )
    assert trimtab(*asked, "--to", "2024-01-18").code == 0
    assert trimtab(*asked, "--open-locked").code == 0


def test_what_tells_no_direction_is_not_compared(recorded: Files, tmp_path: Path) -> None:
    other = tmp_path / "volatility.parquet"
    pl.read_parquet(recorded.predictions).with_columns(kind=pl.lit("volatility")).write_parquet(
        other
    )
    told = refused(
        "compare", "--candles", recorded.candles, "--predictions", other, *SINCE,
    )  # fmt: skip
    assert "is of kind volatility, which tells no direction" in told
    assert told.endswith("name the others with --topics")


def test_forecasts_of_another_time_than_the_candles_are_told(
    recorded: Files, tmp_path: Path
) -> None:
    other = tmp_path / "later.parquet"
    later = pl.read_parquet(recorded.predictions).with_columns(
        pl.col("issued_at").dt.offset_by("9y")
    )
    later.write_parquet(other)
    told = refused("compare", "--candles", recorded.candles, "--predictions", other, *SINCE)
    assert "later.parquet" in told


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
