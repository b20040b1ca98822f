"""A mind that was put away and taken out again goes on bit for bit as if it had never stopped."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import started, world
from tests.builders.operator import with_orders
from tests.builders.running import reacted
from trimtab.domain.canonical import encode as written
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode


@settings(max_examples=8)
@given(
    some.integers(0, 2**32 - 1),
    some.integers(0, 10_000),
    some.sampled_from(["allora_mind", "sma_cross"]),
)
def test_a_restored_mind_goes_on_as_if_it_had_never_stopped(
    seed: int, place: int, strategy: str
) -> None:
    chosen = world(seed)
    facts = with_orders(chosen.facts())
    cut = place % len(facts)
    before, _ = reacted(Mind.of(replace(started(chosen.opened), strategy=strategy)), *facts[:cut])
    unbroken, told = reacted(before, *facts[cut:])

    restored, told_after = reacted(decode(encode(before), Mind), *facts[cut:])

    assert encode(restored) == encode(unbroken)
    assert list(map(written, told_after)) == list(map(written, told))
