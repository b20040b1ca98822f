"""The past comes from the chain as it was known, each forecast once, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from tests.adapters.allora.given import NOON, Venue, venue
from trimtab.adapters.allora.errors import NotThereError, NotUnderstoodError, ServerFailedError
from trimtab.adapters.allora.history import Known, Span, history, span_of
from trimtab.adapters.allora.history_file import fetch_history
from trimtab.adapters.allora.streams import Followed
from trimtab.adapters.stand_ins.allora.chain import BLOCK, Chain
from trimtab.app.recording import Files, read_recording
from trimtab.domain.observations import PredictionsIssued
from trimtab.domain.units import HOUR, MINUTE, Micros

SIX_HOURS_AGO = Micros(NOON - 6 * HOUR)


async def known(here: Venue, span: Span, topic_id: int = 1) -> list[Known]:
    (topic,) = await here.followed(topic_id)
    return [one async for one in history(here.chain, topic, span)]


async def test_a_time_becomes_blocks_without_asking_for_many() -> None:
    async with venue() as here:
        asked = len(here.stand_in.asked)
        span = await span_of(here.chain, SIX_HOURS_AGO, Micros(NOON - HOUR))
        assert len(here.stand_in.asked) - asked < 20
        assert Chain.time(span.first - 1) < SIX_HOURS_AGO <= Chain.time(span.first)
        assert Chain.time(span.last) < NOON - HOUR <= Chain.time(span.last + 1)


async def test_the_end_of_time_is_the_latest_block() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, Micros(NOON + HOUR))
        assert span.last == Chain.height(NOON)


async def test_every_inference_of_a_span_comes_once_and_in_order() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        found = await known(here, span)
        nonces = [one.forecast.nonce or 0 for one in found]
        assert nonces == sorted(set(nonces))
        assert len(found) == (span.last - span.first) // 75
        assert {later - earlier for earlier, later in pairwise(nonces)} == {75}


async def test_a_forecast_counts_from_when_it_was_known_not_from_when_its_epoch_began() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        for one in await known(here, span):
            nonce = one.forecast.nonce or 0
            assert one.known_at == Chain.time(one.height)
            assert 12 * BLOCK <= one.known_at - Chain.time(nonce) <= MINUTE + 30_000_000
            assert SIX_HOURS_AGO <= one.known_at <= NOON


async def test_values_are_those_that_were_told_live() -> None:
    async with venue() as here:
        live = await here.chain.inference(1)
        here.pass_time(3_600)
        span = await span_of(here.chain, SIX_HOURS_AGO, here.clock.now())
        past = {one.forecast.nonce: one.forecast.value for one in await known(here, span)}
        assert past[live.nonce] == live.value


async def test_what_cannot_be_is_passed_over() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        here.stand_in.faults.negative = {14}
        assert await known(here, span, 14) == []


async def test_the_file_keeps_the_data_contract(tmp_path: Path) -> None:
    async with venue() as here:
        topics = await here.followed(1, 2, 14)
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        heard: list[tuple[str, int, int]] = []
        path = tmp_path / "forecasts.parquet"
        count = await fetch_history(
            here.chain, topics, span, path,
            lambda topic, done, whole: heard.append((topic.asset, done, whole)),
        )  # fmt: skip
    frame = pl.read_parquet(path)
    assert len(frame) == count > 100
    assert frame.columns == [
        "issued_at", "topic_id", "topic", "symbol", "horizon_s", "kind", "value", "lower", "upper",
    ]  # fmt: skip
    assert frame["issued_at"].is_sorted()
    assert set(frame["topic"]) == {"log-return-8h", "price-8h"}
    assert set(frame["horizon_s"]) == {8 * 3_600}
    assert {coin for coin, _, _ in heard} == {"BTC", "ETH"}
    assert all(0 < done <= whole for _, done, whole in heard)
    assert not (tmp_path / "forecasts.parquet.part").exists()


async def test_a_backtest_reads_what_was_fetched(tmp_path: Path) -> None:
    candles, forecasts = tmp_path / "candles.parquet", tmp_path / "forecasts.parquet"
    async with venue() as here:
        topics = await here.followed(1, 2, 9)
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        count = await fetch_history(here.chain, topics, span, forecasts)
    hourly_bars(("BTC", "ETH")).write_parquet(candles)
    recording = read_recording(Files(candles, forecasts))
    kinds = {str(one.name): one.kind for one in recording.topics}
    assert kinds == {"log-return-8h": "log_return", "price-8h": "price"}
    told = [fact for fact in recording.feed().facts() if isinstance(fact, PredictionsIssued)]
    values = [value for fact in told for row in fact.values for value in row if value is not None]
    assert len(values) == count


def hourly_bars(coins: tuple[str, ...]) -> pl.DataFrame:
    """From before the six hours until after them."""
    opens = [datetime.fromtimestamp(NOON / 1e6, UTC) + timedelta(hours=n) for n in range(-8, 2)]
    rows = [(at, coin, 1.0, 1.0, 1.0, 1.0, 1.0) for at in opens for coin in coins]
    names = ["ts", "symbol", "open", "high", "low", "close", "volume"]
    return pl.DataFrame(rows, schema=names, orient="row")


class _Interrupted(Exception):  # noqa: N818 - it is none of ours
    """Ctrl+C, a closed lid."""


async def test_an_interrupted_fetch_goes_on_and_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    async with venue() as here:
        topics = await here.followed(1, 2)
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        whole, pieces = tmp_path / "whole.parquet", tmp_path / "pieces.parquet"
        await fetch_history(here.chain, topics, span, whole)
        here.stand_in.asked.clear()
        with pytest.raises(_Interrupted):
            await fetch_history(here.chain, topics, span, pieces, _interrupting(topics[1], 1_000))
        assert not pieces.exists()
        with (tmp_path / "pieces.parquet.part").open("ab") as file:
            file.write(b'{"issued_at":12')
        before = _questions(here)
        await fetch_history(here.chain, topics, span, pieces)
        assert _questions(here) - before < before
    assert pl.read_parquet(pieces).equals(pl.read_parquet(whole))


def _questions(here: Venue) -> int:
    return sum("latest_network" in path for path, _ in here.stand_in.asked)


def _interrupting(topic: Followed, at: int) -> Callable[[Followed, int, int], None]:
    def told(one: Followed, done: int, _: int) -> None:
        if one == topic and done > at:
            raise _Interrupted

    return told


async def test_a_chain_that_is_away_is_told_and_what_came_is_kept(tmp_path: Path) -> None:
    async with venue() as here:
        topics = await here.followed(1)
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        path = tmp_path / "forecasts.parquet"

        def told(_: Followed, done: int, __: int) -> None:
            if done > 1_500:
                here.stand_in.faults.garbled = True

        with pytest.raises(NotUnderstoodError):
            await fetch_history(here.chain, topics, span, path, told)
        assert len((tmp_path / "forecasts.parquet.part").read_bytes().splitlines()) > 10
        assert not path.exists()


async def test_a_node_without_the_past_is_asked_by_the_epochs_number() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        whole = await known(here, span)
        here.stand_in.faults.pruned = True
        assert await known(here, span) == whole


async def test_epochs_without_an_inference_do_not_repeat_the_one_before() -> None:
    async with venue() as here:
        here.stand_in.faults.quiet[1] = Micros(NOON - 3 * HOUR)
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        nonces = [one.forecast.nonce for one in await known(here, span)]
        assert len(nonces) == len(set(nonces)) > 20


async def test_a_chain_that_is_no_longer_understood_is_no_gap() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        (topic,) = await here.followed(1)
        found = history(here.chain, topic, span)
        await anext(found)
        here.stand_in.version = "v99"
        with pytest.raises(NotThereError):
            await anext(found)


async def test_an_outage_is_no_gap() -> None:
    async with venue() as here:
        span = await span_of(here.chain, SIX_HOURS_AGO, NOON)
        (topic,) = await here.followed(1)
        found = history(here.chain, topic, span)
        await anext(found)
        here.stand_in.faults.status = {503: -1}
        with pytest.raises(ServerFailedError):
            await anext(found)
