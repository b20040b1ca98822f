"""A mind that was put away and taken out again goes on bit for bit as if it had never stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import started, world
from tests.builders.operator import with_orders
from tests.builders.running import reacted
from trimtab.domain.canonical import encode as written
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import arrays_of, decode, encode


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


def test_a_restored_minds_records_are_soon_those_that_kernels_know() -> None:
    """Numba takes several times as long for a layout that is equal but another object."""
    facts = world(3).facts()
    mind, _ = reacted(Mind.of(started(world(3).opened)), *facts[: len(facts) // 2])
    moved, _ = reacted(decode(encode(mind), Mind), *facts[len(facts) // 2 :])
    fresh = layouts(Mind.of(mind.started))
    for place, kind in layouts(moved).items():
        assert kind is fresh[place], place


def layouts(mind: Mind) -> dict[str, np.dtype[Any]]:
    """Of the records; of plain numbers there is one layout anyway."""
    return {place: kind for place, (kind, _) in arrays_of(mind).items() if kind.names}
