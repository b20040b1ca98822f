"""Where a topic's latest forecast is asked for: the consumer API, the chain, or both against each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.chain_messages import ChainInference
from trimtab.adapters.allora.checks import Tolerance, check_agreement
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.errors import NoForecastError, RefusedError
from trimtab.adapters.allora.forecast import Forecast, Source
from trimtab.adapters.allora.intervals import Interval
from trimtab.adapters.allora.streams import Followed
from trimtab.domain.units import Micros

_BLOCKS_KEPT = 256
_CHAIN_KEPT = 2
"""The chain's latest forecasts that the API may tell: it is a little behind."""


class ForecastSource(Protocol):
    """Who knows forecasts."""

    async def latest(self, topic: Followed) -> Forecast:
        """As old as it may be. Raises AlloraError."""
        ...


class ApiSource:
    """The consumer API. Keeps ForecastSource."""

    def __init__(self, client: ConsumerClient) -> None:
        self._client = client

    async def latest(self, topic: Followed) -> Forecast:
        told = await self._client.inference(topic.entry.topic_id)
        return forecast(topic, told.value, told.issued_at, "api", interval=told.interval)


class ChainSource:
    """The chain's REST. Keeps ForecastSource. A forecast is as old as the block that opened its epoch."""

    def __init__(self, client: ChainClient) -> None:
        self._client = client
        self._times: dict[int, Micros] = {}

    async def latest(self, topic: Followed) -> Forecast:
        return await self._dated(topic, await self._client.inference(topic.entry.topic_id))

    async def before(self, topic: Followed, latest: Forecast) -> Forecast | None:
        """The one of the epoch before; None where there is none. Raises AlloraError."""
        if latest.nonce is None:
            return None
        nonce = latest.nonce - topic.entry.epoch_length
        try:
            told = await self._client.inference_of_block(topic.entry.topic_id, nonce)
        except (NoForecastError, RefusedError):
            return None
        return await self._dated(topic, told)

    async def _dated(self, topic: Followed, told: ChainInference) -> Forecast:
        at = await self._time(told.nonce)
        return forecast(topic, told.value, at, "chain", interval=told.interval, nonce=told.nonce)

    async def _time(self, height: int) -> Micros:
        known = self._times.get(height)
        if known is None:
            known = (await self._client.block(height)).at
            if len(self._times) >= _BLOCKS_KEPT:
                self._times.pop(next(iter(self._times)))
            self._times[height] = known
        return known


class CheckedSource:
    """Both: the chain's forecast, once the API tells the same. Keeps ForecastSource."""

    def __init__(
        self, api: ForecastSource, chain: ChainSource, tolerance: Tolerance | None = None
    ) -> None:
        self._api = api
        self._chain = chain
        self._tolerance = tolerance or Tolerance()
        self._told: dict[int, list[Forecast]] = {}

    async def latest(self, topic: Followed) -> Forecast:
        newest = await self._chain.latest(topic)
        other = await self._api.latest(topic)
        known = await self._known(topic, newest)
        check_agreement(other, known, self._tolerance)
        return newest

    async def _known(self, topic: Followed, newest: Forecast) -> list[Forecast]:
        """The chain's latest; at first the one before is asked for, too."""
        known = self._told.setdefault(topic.entry.topic_id, [])
        if not known and (earlier := await self._chain.before(topic, newest)) is not None:
            known.append(earlier)
        if not known or known[-1].nonce != newest.nonce:
            known.append(newest)
            del known[:-_CHAIN_KEPT]
        return known


def forecast(
    topic: Followed,
    value: Decimal,
    at: Micros,
    source: Source,
    *,
    interval: Interval | None = None,
    nonce: int | None = None,
) -> Forecast:
    """Of this topic; an interval that does not hold the value is none."""
    held = interval if interval and interval.lower <= value <= interval.upper else None
    return Forecast(
        topic.entry.network, topic.entry.topic_id, topic.kind, topic.asset, topic.horizon,
        value, at, source, held, nonce,
    )  # fmt: skip
