"""Nothing is lost: money, positions and bits, however the bars are cut and whoever looks on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.desk import Event, happened, sealed
from tests.builders.market import COINS, LIVELY, world
from trimtab.domain.configuration import Configuration, Instrument, RiskLimits
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, NEVER, Coin, Leverage, Micros
from trimtab.lab.synthetic_coins import instruments
from trimtab.trading.books import Books
from trimtab.trading.records import CANCELLED, FILLED, INTENDED
from trimtab.trading.strategy import Signals

ROWS = 150
GHOST = len(COINS)
"""Index of a coin that never has a bar."""

RULES = (*instruments(COINS), Instrument(Coin("GHOST")))
EAGER = replace(LIVELY, gate=None)
CALMER = replace(EAGER, risk=RiskLimits(Leverage(1.0), maximum_drawdown=0.05))
POLICIES: tuple[Configuration, ...] = (EAGER, replace(EAGER, capital=1_000_000.0), CALMER)

seeds = some.integers(0, 2**32 - 1)
quick = settings(max_examples=30)


class Step(NamedTuple):
    """Bars to live through, and what is to be paid and wanted afterwards."""

    block: Bars
    rates: np.ndarray[tuple[int], np.dtype[np.float64]]
    signals: Signals
    paused: bool


def steps(seed: int) -> Iterator[Step]:
    """Lively forecasts on a market with gaps; now and then the bot is paused."""
    chance = np.random.default_rng(seed)
    market = world(seed, ROWS).market.bars
    bars = sealed(np.concatenate([market, np.full((ROWS, 5, 1), np.nan)], axis=2))
    row = 0
    while row < ROWS:
        length = int(chance.integers(1, 12))
        returns = chance.normal(0.0, 0.01, (2, len(RULES)))
        returns[chance.random(returns.shape) < 0.4] = np.nan
        returns[:, GHOST] = np.nan
        certain = chance.random(returns.shape)
        horizons = np.array([8 * HOUR, 4 * HOUR], np.int64)
        reverses = bool(chance.random() < 0.3)
        signals = Signals(returns, certain, certain * 20.0, horizons, reverses)
        rates = chance.normal(0.0, 1e-3, len(RULES))
        yield Step(sealed(bars[row : row + length]), rates, signals, bool(chance.random() < 0.2))
        row += length


def beginning() -> Books:
    """Three books; the third one is on trial against the first."""
    books = Books.of(RULES, POLICIES[:2], HOUR, Micros(473_352 * HOUR))
    return books.forked(EAGER.capital, 20.0).governed(POLICIES).rebased()


class Told(NamedTuple):
    books: Books
    events: list[Event]


def lived(start: Books, seed: int, cuts: frozenset[int] = frozenset()) -> Told:
    """All steps; blocks are also cut before the rows of these numbers."""
    books, events, seen = start, list[Event](), 0
    for step in steps(seed):
        row = 0
        while row < len(step.block):
            limit = next(
                (stop for stop in range(row + 1, len(step.block)) if seen + stop in cuts),
                len(step.block),
            )
            books, row = books.advance(step.block, row, limit)
            events += happened(books)
        seen += len(step.block)
        books = books.funded(step.rates)
        books, _ = books.planned(
            step.signals, np.full(len(RULES), 0.01), books.closed, paused=step.paused
        )
        events += happened(books)
    return Told(books, events)


def bits(told: Told) -> tuple[object, ...]:
    """All that coins which do have bars leave behind, comparable with NaN."""
    books = told.books
    return (
        books.records.tobytes(), books.positions[:, :GHOST].tobytes(), books.trials.tobytes(),
        books.gates.tobytes(), books.marks.tobytes(), books.closed, repr(told.events),
    )  # fmt: skip


@quick
@given(seeds, some.frozensets(some.integers(0, ROWS), max_size=40))
def test_blocks_of_any_size_give_the_same_bits(seed: int, cuts: frozenset[int]) -> None:
    assert bits(lived(beginning(), seed, cuts)) == bits(lived(beginning(), seed))


@quick
@given(seeds)
def test_one_by_one_gives_the_same_bits(seed: int) -> None:
    one_by_one = lived(beginning(), seed, frozenset(range(ROWS)))
    assert bits(one_by_one) == bits(lived(beginning(), seed))


@quick
@given(seeds)
def test_an_order_that_waits_on_another_coin_changes_no_bit(seed: int) -> None:
    """It takes every row through the kernel for rows in which something may happen."""
    waiting = beginning().positions.copy()
    waiting[0, GHOST]["entry_lots"] = 1
    waiting[0, GHOST]["entry_due"] = NEVER
    watched = lived(replace(beginning(), positions=waiting), seed)
    assert watched.books.working
    assert bits(watched) == bits(lived(beginning(), seed))


@quick
@given(seeds)
def test_equity_is_capital_and_all_that_was_gained_and_paid(seed: int) -> None:
    told = lived(beginning(), seed)
    own = told.books.records[0]
    gained = np.nansum([one.profit for one in told.events if one.kind == FILLED])
    running = told.books.positions[0]["flow"].sum()
    assert own["cash"] == pytest.approx(EAGER.capital + gained + running, abs=1e-3)
    worth = (told.books.positions["lots"] * told.books.lots * told.books.marks).sum(axis=1)
    silence = sealed(np.full((1, 5, len(RULES)), np.nan))
    marked, _ = told.books.advance(silence, 0, 1)
    assert marked.records["equity"] == pytest.approx(told.books.records["cash"] + worth, rel=1e-12)


@quick
@given(seeds)
def test_cash_is_what_fills_and_funding_left_of_the_capital(seed: int) -> None:
    told = lived(beginning(), seed)
    record, units = told.books.records[0], told.books.lots
    fills = [one for one in told.events if one.kind == FILLED]
    spent = sum(one.lots * units[one.coin] * one.price + one.fee for one in fills)
    assert record["cash"] == pytest.approx(EAGER.capital - spent - record["funding"], abs=1e-3)
    assert record["fees"] == pytest.approx(sum(one.fee for one in fills))
    assert record["turnover"] == pytest.approx(
        sum(abs(one.lots) * units[one.coin] * one.price for one in fills)
    )


@quick
@given(seeds)
def test_every_order_is_filled_cancelled_or_still_works(seed: int) -> None:
    told = lived(beginning(), seed)
    left: dict[tuple[int, int, int], int] = {}
    for one in told.events:
        order = (one.coin, one.ordered_at, one.purpose)
        if one.kind == INTENDED:
            assert order not in left, "an order is intended once"
            left[order] = one.lots
            continue
        left[order] -= one.lots
        if one.kind == FILLED:
            assert left[order] == one.remaining
        else:
            assert one.kind == CANCELLED
            assert left[order] == 0
    working: dict[tuple[int, int, int], int] = {}
    for coin, own in enumerate(told.books.positions[0]):
        working[coin, int(own["entry_at"]), 0] = int(own["entry_lots"])
        working[coin, int(own["exit_at"]), int(own["exit_purpose"])] = int(own["exit_lots"])
    assert {order: lots for order, lots in left.items() if lots} == {
        order: lots for order, lots in working.items() if lots
    }


@quick
@given(seeds)
def test_a_position_is_the_sum_of_its_fills(seed: int) -> None:
    told = lived(beginning(), seed)
    sums = np.zeros(len(RULES), np.int64)
    for one in told.events:
        sums[one.coin] += one.lots if one.kind == FILLED else 0
    assert told.books.positions[0]["lots"].tolist() == sums.tolist()
    assert len(told.events) > 30, "there is something to see"


@quick
@given(seeds)
def test_books_once_handed_out_never_change(seed: int) -> None:
    start = beginning()
    kept = bits(Told(start, []))
    middle = lived(start, seed).books
    assert bits(Told(start, [])) == kept
    kept = bits(Told(middle, []))
    lived(middle, seed + 1)
    middle.resumed()
    middle.without(2)
    middle.forked(1.0, 1.0).governed((*POLICIES, CALMER)).rebased()
    assert bits(Told(middle, [])) == kept


def test_a_counterfactual_under_the_same_rules_stays_the_same_book() -> None:
    start = beginning().governed((EAGER, POLICIES[1], EAGER))
    books = replace(start, gates=start.gates)
    for step in steps(11):
        row = 0
        while row < len(step.block):
            books, row = books.advance(step.block, row, len(step.block))
        books = books.funded(step.rates)
        books, _ = books.planned(
            step.signals, np.full(len(RULES), 0.01), books.closed, paused=False
        )
    assert books.positions[2].tobytes() == books.positions[0].tobytes()
    money = ["cash", "equity", "peak", "trades", "wins", "net_bp", "fees", "funding", "turnover"]
    assert books.records[2][money].tolist() == books.records[0][money].tolist()
    assert books.trials[0]["sum"] == 0.0
    assert books.trials[0]["bars"] == ROWS - 1, "the bar after a re-basing does not count"


def test_a_book_is_removed_with_its_trial() -> None:
    books = beginning().forked(1.0, 3.0)
    left = books.without(2)
    assert (len(left.records), len(left.positions), len(left.gates)) == (3, 3, 3)
    assert left.trials["enough"].tolist() == [3.0]
