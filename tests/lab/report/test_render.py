"""The report is one page that needs nothing else and says what happened."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from trimtab.domain.configuration import Configuration, Effect
from trimtab.domain.decisions import (
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRolledBack,
    BooksMarked,
)
from trimtab.domain.facts import Fact
from trimtab.domain.units import DAY, HOUR, AdaptationId, Bp, Micros
from trimtab.lab.report.adaptation_log import MOST_SHOWN
from trimtab.lab.report.figures import FIGURES, MINUS
from trimtab.lab.report.render import Run, backtest_report

VOID = {"meta", "br"}
DAYS = 40
SPIKE = "SOL moves <4> times more than usual & calms down"


class Page(HTMLParser):
    """Counts elements by name and class, keeps the text, fails on a wrong end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen = Counter[str]()
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[f"{tag}.{dict(attrs).get('class')}"] += 1
        self.seen[tag] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[f"{tag}.{dict(attrs).get('class')}"] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def rolled_back(day: int, because: str = SPIKE) -> AdaptationRolledBack:
    at = Micros(day * DAY + 5 * HOUR)
    return AdaptationRolledBack(at, AdaptationId("1"), because, Configuration((), {}), "")


def run(*facts: Fact, gain: float = 3.0) -> Run:
    """An adapted book that gains, a static one that wins less and never moves."""
    marks = [
        BooksMarked(
            at=Micros(day * DAY),
            books=("adapted", "static"),
            equity=(1_000.0 + gain * day - (day % 3), 1_000.0),
            trades=(4 * day, 2 * day),
            wins=(3 * day, day),
            net_bp=(8.0 * day, 2.0 * day),
            fees=(0.0, 0.0),
            funding=(0.0, 0.0),
            turnover=(0.0, 0.0),
        )
        for day in range(DAYS)
    ]
    return Run(marks, facts)


def test_a_backtest_is_one_well_formed_page_without_script_or_network() -> None:
    html = backtest_report("A backtest", run(rolled_back(3)), 1_000.0)
    page = Page(html)
    assert page.open == []
    assert page.seen["script"] == page.seen["link"] == page.seen["img"] == 0
    assert "http" not in html
    assert "prefers-color-scheme:dark" in html


def test_equity_difference_and_drawdown_are_drawn_and_every_figure_told() -> None:
    page = Page(backtest_report("A backtest", run(), 1_000.0))
    assert page.seen["figure"] == 3
    assert page.seen["path.adapted"] == page.seen["path.static"] == 4
    assert page.seen["path.difference"] == 2
    for figure in FIGURES:
        assert figure.name in page.text


def test_the_first_sentence_tells_the_difference_and_what_cannot_be_told() -> None:
    page = Page(backtest_report("A backtest", run(), 1_000.0))
    assert (
        "Adapted minus static: Sharpe ratio not defined, Win rate +25.0 points [+25.0 points to +25.0 points],"
        in page.text
    )


def test_profits_are_always_signed() -> None:
    html = backtest_report("A backtest", run(), 1_000.0)
    assert "<td>+11.7 %</td><td>+0.0 %</td>" in html
    assert "<td>+2.0 bp</td><td>+1.0 bp</td>" in html


def test_worse_is_marked_with_a_sign_and_a_word_not_only_with_a_colour() -> None:
    html = backtest_report("A backtest", run(gain=-3.0), 1_000.0)
    assert f'<span class="worse" title="worse">{MINUS}11.7 points</span>' in html


def test_reasons_are_shown_as_they_were_written() -> None:
    page = Page(backtest_report("<b>", run(rolled_back(3)), 1_000.0, notes=["a < b"]))
    assert page.seen["b"] == 3
    assert page.text.count(SPIKE) == 2
    assert "a < b" in page.text


def test_adaptations_of_one_day_share_a_mark_and_each_has_its_line() -> None:
    facts = [rolled_back(3), rolled_back(3, "other"), rolled_back(9)]
    page = Page(backtest_report("A backtest", run(*facts), 1_000.0))
    assert page.seen["path.mark"] == 2
    assert page.seen["li"] == 3 + 1
    assert f"1970-01-04: {SPIKE} (and 1 more)" in page.text


def test_judgements_and_failures_are_told_too() -> None:
    at = Micros(2 * DAY)
    effect = Effect(Bp(0.0), Bp(0.0), Bp(0.0), 0.5, at)
    facts = (
        AdaptationJudged(
            at, AdaptationId("1"), "rolled_back", "it cost money", effect, 20.0, 0.1, 9
        ),
        AdaptationFailed(at, AdaptationId("2"), "mix", "no such coin", "abc"),
    )
    page = Page(backtest_report("A backtest", run(*facts), 1_000.0))
    assert "it cost money judged: rolled back" in page.text
    assert "no such coin failed at mix" in page.text


def test_a_run_without_adaptations_says_so() -> None:
    assert "Nothing was adapted." in Page(backtest_report("A backtest", run(), 1_000.0)).text


def test_a_long_log_is_cut_and_says_how_much_is_missing() -> None:
    facts = [rolled_back(day % DAYS) for day in range(MOST_SHOWN + 7)]
    page = Page(backtest_report("A backtest", run(*facts), 1_000.0))
    assert page.seen["li"] == MOST_SHOWN + 1
    assert "And 7 more: the journal has them all." in page.text


def test_a_book_of_a_single_day_can_be_drawn() -> None:
    short = Run(run().marks[:1], ())
    assert Page(backtest_report("A day", short, 1_000.0)).seen["figure"] == 3


def test_without_marks_there_is_nothing_to_report() -> None:
    with pytest.raises(ValueError, match="no daily marks"):
        backtest_report("Nothing", Run([], ()), 1_000.0)
