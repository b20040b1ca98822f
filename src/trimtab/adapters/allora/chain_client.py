"""Asks the chain by REST. Needs no key. Finds out by itself which version the chain speaks."""

from __future__ import annotations

from typing import TypeVar

from trimtab.adapters.allora.chain_messages import (
    VERSIONS,
    Activity,
    Block,
    ChainInference,
    NextTopic,
    TopicAnswer,
    TopicFields,
    block_of,
    decoded,
    inference_of,
)
from trimtab.adapters.allora.errors import NotThereError, NotUnderstoodError
from trimtab.adapters.allora.figures import whole_of
from trimtab.adapters.allora.http_transport import HttpTransport
from trimtab.adapters.allora.networks import Places
from trimtab.domain.units import Micros

T = TypeVar("T")

_BLOCKS = "cosmos/base/tendermint/v1beta1/blocks"
_PAST = "x-cosmos-block-height"
_SPAN = 1_000
"""Blocks over which their time is measured: an hour and a half."""


class ChainClient:
    """One network. All methods raise AlloraError."""

    def __init__(self, places: Places, transport: HttpTransport) -> None:
        self._url = places.chain
        self._transport = transport
        self._version = VERSIONS[0]

    @property
    def version(self) -> str:
        """Of the emissions module, as far as it is known."""
        return self._version

    async def inference(self, topic_id: int, height: int | None = None) -> ChainInference:
        """The latest forecast, or that of a former height."""
        inference = inference_of(
            await self._emissions(f"latest_network_inferences/{topic_id}", height)
        )
        return self._checked(inference, topic_id)

    async def inference_of_block(self, topic_id: int, nonce: int) -> ChainInference:
        """That of one epoch, by the block that opened it."""
        path = f"network_inferences/{topic_id}/last_inference/{nonce}"
        return self._checked(inference_of(await self._emissions(path)), topic_id)

    async def topic(self, topic_id: int) -> TopicFields:
        return decoded(await self._emissions(f"topics/{topic_id}"), TopicAnswer).topic

    async def is_active(self, topic_id: int) -> bool:
        return decoded(await self._emissions(f"is_topic_active/{topic_id}"), Activity).is_active

    async def next_topic_id(self) -> int:
        """Above those of all topics."""
        return whole_of(decoded(await self._emissions("next_topic_id"), NextTopic).next_topic_id)

    async def block(self, height: int | None = None) -> Block:
        """A block's time; the latest one's without a height."""
        name = "latest" if height is None else str(height)
        return block_of(await self._transport.get(f"{self._url}/{_BLOCKS}/{name}"))

    async def block_time(self) -> Micros:
        """Mean time between blocks, measured over the last thousand."""
        last = await self.block()
        first = await self.block(max(1, last.height - _SPAN))
        if last.height <= first.height or last.at <= first.at:
            raise NotUnderstoodError(f"{self._url}: blocks {first} and {last} do not tell a pace")
        return Micros(round((last.at - first.at) / (last.height - first.height)))

    async def _emissions(self, path: str, height: int | None = None) -> bytes:
        """By the version that answered last, else by the others: a chain changes it while we run."""
        headers = {} if height is None else {_PAST: str(height)}
        others = [version for version in VERSIONS if version != self._version]
        for version in (self._version, *others):
            try:
                body = await self._transport.get(f"{self._url}/emissions/{version}/{path}", headers)
            except NotThereError:
                continue
            self._version = version if height is None else self._version
            return body
        raise NotThereError(f"{self._url}: speaks none of {', '.join(VERSIONS)}: update trimtab")

    def _checked(self, inference: ChainInference, topic_id: int) -> ChainInference:
        if inference.topic_id != topic_id:
            raise NotUnderstoodError(
                f"{self._url}: asked for topic {topic_id}, got {inference.topic_id}"
            )
        return inference
