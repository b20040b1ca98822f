"""A change of configuration and the way back, exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.adaptation.given import BTC, COINS, ETH, QUICK, SLOW, SOL, TOPICS, WRITTEN
from trimtab.adaptation.changes import applied, inverse, scope_of, taken_back
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration, RiskLimits
from trimtab.domain.units import Bp, Coin, Leverage

coins = some.sampled_from(COINS)
mixes = some.lists(coins, unique=True).map(tuple)
leverages = some.floats(0.25, 20.0).map(Leverage)
guards = some.floats(0.0, 100.0).map(Bp)
configurations = some.builds(
    Configuration,
    topics=some.just(TOPICS),
    mix=some.dictionaries(some.sampled_from((QUICK, SLOW)), mixes),
    risk=some.builds(
        RiskLimits,
        leverages,
        some.dictionaries(coins, leverages),
        slippage_guard=some.dictionaries(coins, guards),
    ),
)
changes = some.builds(
    Change,
    some.dictionaries(some.sampled_from((QUICK, SLOW)), some.none() | mixes),
    some.dictionaries(coins, some.none() | leverages),
    some.dictionaries(coins, some.none() | guards),
)


@given(configurations, changes)
def test_a_change_and_its_inverse_give_the_same_configuration_hash_for_hash(
    before: Configuration, change: Change
) -> None:
    after = applied(before, change)
    assert hash_of(applied(after, inverse(before, change))) == hash_of(before)


@given(configurations, changes)
def test_where_nothing_else_changed_taking_back_is_the_inverse(
    before: Configuration, change: Change
) -> None:
    after, undo = applied(before, change), inverse(before, change)
    assert hash_of(taken_back(after, change, undo, before.mix)) == hash_of(before)


@given(configurations, some.permutations(COINS), leverages)
def test_changes_of_different_coins_are_taken_back_in_any_order(
    before: Configuration, order: list[Coin], leverage: Leverage
) -> None:
    in_order = {topic: tuple(c for c in COINS if c in mix) for topic, mix in before.mix.items()}
    before = replace(before, mix=in_order)
    now, undone = before, dict[Coin, tuple[Change, Change]]()
    for coin in COINS:
        without = {topic: tuple(c for c in mix if c != coin) for topic, mix in now.mix.items()}
        change = Change({**without}, {coin: leverage}, {coin: Bp(7.0)})
        undone[coin] = (change, inverse(now, change))
        now = applied(now, change)
    for coin in order:
        now = taken_back(now, *undone[coin], in_order)
    assert hash_of(now) == hash_of(before)


def test_what_a_change_does_not_name_stays_as_it_is() -> None:
    after = applied(WRITTEN, Change(coin_leverage={SOL: Leverage(1.0)}))
    assert after.risk.of(SOL) == 1.0
    assert after.risk.of(BTC) == WRITTEN.risk.of(BTC)
    assert after.mix == WRITTEN.mix


def test_a_coins_own_limit_can_be_taken_away() -> None:
    after = applied(WRITTEN, Change(coin_leverage={SOL: None}))
    assert after.risk.of(SOL) == WRITTEN.risk.leverage


def test_the_scope_is_the_coins_whose_trading_changes() -> None:
    change = Change({QUICK: (BTC, SOL), SLOW: (BTC, SOL)}, {SOL: Leverage(1.0)})
    assert scope_of(WRITTEN, change) == (ETH, SOL)
    assert scope_of(WRITTEN, Change(slippage_guard={BTC: Bp(3.0)})) == (BTC,)
