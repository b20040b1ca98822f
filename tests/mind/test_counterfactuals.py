"""A counterfactual book lives as long as its contract, and trades as if nothing had changed."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.builders.market import started, world
from tests.builders.operator import ACTOR, inject, with_orders
from tests.builders.running import of_kind, reacted, run
from tests.mind.given import BTC, FIRST_BARS, SOL, awake, bar, forecast, hour, many_coins
from trimtab.adaptation.contracts import MOST_OPEN
from trimtab.domain.commands import Pause, Resume, RollBack, StopTrading
from trimtab.domain.decisions import AdaptationApplied
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import encode
from trimtab.trading.records import ACTUAL, TWIN

NOW = FIRST_BARS


def books(mind: Mind) -> int:
    """How many counterfactual books there are; trials and books keep step."""
    count = len(mind.books.records) - 2
    assert len(mind.books.trials) == len(mind.adaptation.contracts) == count
    assert len(mind.books.policies.records) == len(mind.books.positions) == count + 2
    return count


def holding(mind: Mind) -> list[bool]:
    """Whether the actual book, the twin and the counterfactuals have a position."""
    return [bool(lots.any()) for lots in mind.books.positions["lots"]]


def test_a_contract_brings_its_book_and_takes_it_away_when_it_ends() -> None:
    mind, told = reacted(
        awake(),
        inject(hour(NOW), "volatility_spike", SOL, 2.0),
        inject(hour(NOW), "volatility_spike", BTC, 4.0),
    )
    assert books(mind) == 2
    first = of_kind(told, AdaptationApplied)[0].adaptation
    mind, _ = reacted(mind, RollBack(hour(NOW), ACTOR, "an exercise", first))
    assert books(mind) == 1
    mind, _ = reacted(mind, inject(hour(NOW), "volatility_spike_over", BTC))
    assert books(mind) == 0


def test_no_more_than_eight_books_are_kept() -> None:
    mind = awake(many_coins(MOST_OPEN + 2))
    for coin in mind.coins:
        mind, _ = reacted(mind, inject(hour(NOW), "volatility_spike", coin, 2.0))
    assert books(mind) == MOST_OPEN
    assert all(mind.adaptation.configuration.risk.of(coin) == 1.0 for coin in mind.coins)


def test_the_book_begins_as_a_copy_and_trades_what_was_in_force_before() -> None:
    mind, _ = reacted(awake(), forecast(NOW), bar(NOW + 1))
    mind, _ = reacted(mind, inject(hour(NOW + 1), "volatility_spike", SOL, 2.0))
    assert mind.books.positions[2].tobytes() == mind.books.positions[ACTUAL].tobytes()
    assert mind.books.records[2].tobytes() == mind.books.records[ACTUAL].tobytes()
    leverages = mind.books.policies.leverages[:, mind.coins.index(SOL)]
    assert leverages.tolist() == [1.0, 2.0, 2.0]


def test_after_the_change_the_two_books_trade_different_sizes() -> None:
    mind, _ = reacted(awake(), inject(hour(NOW), "volatility_spike", SOL, 2.0))
    mind, _ = reacted(mind, forecast(NOW), bar(NOW + 1))
    lots = mind.books.positions["lots"][:, mind.coins.index(SOL)]
    assert lots.tolist() == [1_000_000, 2_000_000, 2_000_000]


def test_another_change_starts_every_counterfactual_from_the_actual_book_again() -> None:
    mind, _ = reacted(awake(), inject(hour(NOW), "volatility_spike", SOL, 2.0))
    mind, _ = reacted(mind, forecast(NOW), bar(NOW + 1), bar(NOW + 2))
    bars_so_far = mind.books.trials["bars"].tolist()
    mind, _ = reacted(mind, inject(hour(NOW + 2), "volatility_spike", BTC, 2.0))
    for book in (2, 3):
        assert mind.books.positions[book].tobytes() == mind.books.positions[ACTUAL].tobytes()
    mind, _ = reacted(mind, bar(NOW + 3))
    assert mind.books.trials["bars"].tolist() == [*bars_so_far, 0]
    mind, _ = reacted(mind, bar(NOW + 4))
    assert mind.books.trials["bars"].tolist() == [bars_so_far[0] + 1, 1]


def test_whatever_happens_to_the_bot_its_static_twin_trades_on_as_written() -> None:
    chosen = world(1)
    start = started(chosen.opened)
    facts = chosen.facts()
    steered, alone = run(start, with_orders(facts)).mind, run(start, facts).mind
    assert steered.adaptation.configuration != start.configuration
    assert steered.books.records[TWIN].tobytes() == alone.books.records[TWIN].tobytes()
    assert steered.books.positions[TWIN].tobytes() == alone.books.positions[TWIN].tobytes()
    fresh = Mind.of(replace(start, configuration=start.twin)).books.policies
    now = steered.books.policies
    assert encode(np.array(now.records[TWIN])) == encode(np.array(fresh.records[TWIN]))
    assert now.leverages[TWIN].tolist() == fresh.leverages[TWIN].tolist()
    assert now.in_mix[TWIN].tolist() == fresh.in_mix[TWIN].tolist()


def test_a_pause_is_not_what_a_trial_measures() -> None:
    mind, _ = reacted(awake(), inject(hour(NOW), "volatility_spike", SOL, 2.0))
    mind, _ = reacted(mind, Pause(hour(NOW), ACTOR, "lunch"), forecast(NOW), bar(NOW + 1))
    assert holding(mind) == [False, True, False]


def test_nor_is_a_stop_that_closes_everything() -> None:
    mind, _ = reacted(awake(), inject(hour(NOW), "volatility_spike", SOL, 2.0))
    mind, _ = reacted(mind, forecast(NOW), bar(NOW + 1))
    mind, _ = reacted(mind, StopTrading(hour(NOW + 1), ACTOR, "enough", flatten=True))
    mind, _ = reacted(mind, bar(NOW + 2))
    assert holding(mind) == [False, True, False]


def test_whoever_resumes_resumes_the_counterfactuals_too() -> None:
    mind, _ = reacted(awake(), inject(hour(NOW), "volatility_spike", SOL, 2.0))
    mind, _ = reacted(mind, forecast(NOW), bar(NOW + 1), bar(NOW + 2, 60.0, 30.0, 6.0))
    assert mind.books.records["halted"].tolist() == [True, True, True]
    mind, _ = reacted(mind, Resume(hour(NOW + 2), ACTOR, "go on"))
    assert mind.books.records["halted"].tolist() == [False, True, False]
