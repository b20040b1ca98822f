"""trimtab backtest: the whole loop over files, its figures and its journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files
from trimtab.adapters.sqlite.journal_reader import JournalReader

FIGURES = {
    "trades", "win_rate", "net_bp_per_trade", "total_return", "sharpe", "max_drawdown",
    "max_drawdown_at_10pct_vol", "longest_drawdown_days", "recovery_days", "fees", "funding",
    "turnover", "slippage",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(recorded: Files) -> Answer:
    """All topics over the whole record."""
    return trimtab("backtest", *recorded.options(), "--json", "-")


def test_the_figures_have_the_names_that_scripts_rely_on(whole: Answer) -> None:
    assert whole.code == 0
    assert set(whole.json) == {
        "bars", "facts", "cpu_s", "bars_per_cpu_s", "books", "adaptations", "market_events",
    }  # fmt: skip
    assert {name: set(book) for name, book in whole.json["books"].items()} == {
        "adapted": FIGURES,
        "static": FIGURES,
    }


def test_the_figures_say_what_was_done(whole: Answer) -> None:
    assert whole.json["bars"] == 480 * 4
    assert whole.json["facts"] > 200
    assert whole.json["books"]["static"]["trades"] > 50
    assert all(number > 0 for number in whole.json["market_events"].values())


def test_the_table_and_notes_go_beside_the_figures_and_nothing_moves(whole: Answer) -> None:
    assert "max drawdown" in whole.err
    assert "bars are missing and count as no trade: BTC" in whole.err
    assert "\x1b" not in whole.err
    assert "━━━━ " not in whole.err


def test_figures_and_report_go_to_files(recorded: Files, tmp_path: Path) -> None:
    figures, page = tmp_path / "out.json", tmp_path / "report.html"
    answer = trimtab("backtest", *recorded.options(), "--json", figures, "--report", page)
    assert (answer.code, answer.out) == (0, "")
    assert figures.read_text(encoding="utf-8").startswith('{\n  "bars": 1920,')
    assert "<html" in page.read_text(encoding="utf-8")


def test_candles_alone_are_enough(recorded: Files) -> None:
    answer = trimtab("backtest", "--candles", recorded.candles, "--json", "-")
    assert answer.json["books"]["static"]["trades"] == 0


def test_topics_and_coins_can_be_chosen(recorded: Files) -> None:
    chosen = ("--topics", "price-4h", "--symbols", "ETH,BTC", "--to", "2024-01-15")
    answer = trimtab("backtest", *recorded.options(), *chosen, "--json", "-")
    assert answer.json["bars"] == 14 * 24 * 2


def test_rows_before_the_reported_part_only_teach(recorded: Files, whole: Answer) -> None:
    later = trimtab("backtest", *recorded.options(), "--from", "2024-01-15", "--json", "-").json
    assert later["bars"] == whole.json["bars"]
    assert 0 < later["books"]["static"]["trades"] < whole.json["books"]["static"]["trades"]


def test_what_the_user_configured_is_traded(recorded: Files, tmp_path: Path) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text('[thresholds]\n"trend-8h" = 9.0\n"price-4h" = 9.0\n', encoding="utf-8")
    answer = trimtab("backtest", *recorded.options(), "--config", config, "--json", "-")
    assert answer.json["books"]["static"]["trades"] == 0


def test_equal_runs_write_equal_journals(recorded: Files, tmp_path: Path) -> None:
    ends: list[str] = []
    for name in ("one.db", "two.db"):
        assert trimtab("backtest", *recorded.options(), "--journal", tmp_path / name).code == 0
        reader = JournalReader(tmp_path / name)
        last = reader.last()
        reader.close()
        assert last is not None
        ends.append(last.hash)
    assert ends[0] == ends[1]


def test_a_journal_is_kept_unless_it_may_be_replaced(recorded: Files, tmp_path: Path) -> None:
    journal = tmp_path / "run.db"
    options = ("backtest", *recorded.options(), "--journal", journal)
    assert trimtab(*options).code == 0
    before = journal.read_bytes()
    again = trimtab(*options)
    assert (again.code, again.err.splitlines()[-1]) == (
        2,
        f"trimtab: {journal}: exists already: name another file, or remove it",
    )
    assert journal.read_bytes() == before
    assert trimtab(*options, "--overwrite").code == 0


def test_a_run_that_fails_leaves_no_journal(recorded: Files, tmp_path: Path) -> None:
    journal = tmp_path / "run.db"
    few = ("--from", "2024-01-20T12:00", "--journal", journal)
    answer = trimtab("backtest", *recorded.options(), *few)
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == (
        "trimtab: nothing to report: no UTC day begins between 2024-01-20 12:00 UTC and "
        "2024-01-21 00:00 UTC: choose a longer time"
    )
    assert list(tmp_path.iterdir()) == []
