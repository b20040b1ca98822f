"""Forecasts of the past, from the chain's former states: what was known at which block.

A forecast counts from the block at which it was there, not from the one that opened its epoch: nobody
could have traded on it earlier.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.chain_messages import Block, ChainInference
from trimtab.adapters.allora.checks import check_possible
from trimtab.adapters.allora.errors import (
    NoForecastError,
    NotThereError,
    NotUnderstoodError,
    RefusedError,
    ServerFailedError,
)
from trimtab.adapters.allora.forecast import Forecast
from trimtab.adapters.allora.sources import forecast
from trimtab.adapters.allora.streams import Followed
from trimtab.domain.units import Micros

_SLACK = 2
"""Blocks after the submission window: the forecast is made at its end."""

_STEPS = 40
"""Of the search for a moment's block: each halves what is left, at worst."""

Told = Callable[[int, int], object]
"""Blocks done, and all."""


class Known(NamedTuple):
    """A forecast and when it became known."""

    forecast: Forecast
    known_at: Micros
    height: int
    """Of the block at which it was found: go on after this one."""


class Span(NamedTuple):
    """Heights, both included."""

    first: int
    last: int


async def span_of(chain: ChainClient, begin: Micros, end: Micros) -> Span:
    """The blocks of a time; the last one is at most the latest. Raises AlloraError."""
    latest = await chain.block()
    pace = await chain.block_time()
    first = await _height_at(chain, begin, latest, pace)
    last = latest.height if end >= latest.at else await _height_at(chain, end, latest, pace) - 1
    return Span(first, last)


async def history(
    chain: ChainClient, topic: Followed, span: Span, told: Told | None = None
) -> AsyncIterator[Known]:
    """Oldest first, each once. Epochs without a forecast, or whose state is gone, are passed over.

    To go on after an interruption, begin the span after the last `height`. Raises AlloraError.
    """
    length = max(1, topic.entry.epoch_length)
    offset = topic.entry.submission_window + _SLACK
    first = await _first_epoch(chain, topic, span.first - offset)
    last_nonce: int | None = None
    for nonce in range(first, span.last + 1, length):
        height = nonce + offset
        if not span.first <= height <= span.last:
            continue
        found = await _found(chain, topic, nonce, height)
        if found is not None and found.nonce != last_nonce:
            last_nonce = found.nonce
            if (one := _usable(topic, found, await chain.block(height))) is not None:
                yield one
        if told is not None:
            told(min(height, span.last) - span.first + 1, span.last - span.first + 1)


async def _first_epoch(chain: ChainClient, topic: Followed, height: int) -> int:
    """The first opening of an epoch at or after a height, by where the latest one opened."""
    anchor = (await chain.inference(topic.entry.topic_id)).nonce
    length = max(1, topic.entry.epoch_length)
    return max(anchor - (anchor - height) // length * length, anchor % length)


async def _found(
    chain: ChainClient, topic: Followed, nonce: int, height: int
) -> ChainInference | None:
    """By the state at that height; where the node has dropped it, by the epoch's own number."""
    number = topic.entry.topic_id
    try:
        return await chain.inference(number, height)
    except (NoForecastError, RefusedError, ServerFailedError):
        pass
    try:
        return await chain.inference_of_block(number, nonce)
    except NotThereError:
        raise
    except (NoForecastError, RefusedError):
        return None


def _usable(topic: Followed, found: ChainInference, block: Block) -> Known | None:
    try:
        one = forecast(
            topic, found.value, block.at, "chain", interval=found.interval, nonce=found.nonce
        )
        check_possible(one)
    except NotUnderstoodError:
        return None
    return Known(one, block.at, block.height)


async def _height_at(chain: ChainClient, at: Micros, latest: Block, pace: Micros) -> int:
    """The first block at or after a moment: guessed by the pace, then narrowed down."""
    low, high = 1, latest.height
    guess = latest.height - (latest.at - at) // max(1, pace)
    for _ in range(_STEPS):
        if low >= high:
            break
        probe = min(max(guess, low), high - 1)
        block = await chain.block(probe)
        if block.at < at:
            low = probe + 1
        else:
            high = probe
        near = probe + (at - block.at) // max(1, pace)
        guess = near if low <= near < high and near != probe else (low + high) // 2
    return low
