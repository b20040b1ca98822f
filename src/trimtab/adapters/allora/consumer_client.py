"""Asks the consumer API, with the user's own key."""

from __future__ import annotations

from urllib.parse import quote

from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.consumer_messages import (
    Inference,
    TopicReply,
    inference_of,
    page_of,
    topic_of,
)
from trimtab.adapters.allora.errors import NotUnderstoodError
from trimtab.adapters.allora.http_transport import HttpTransport
from trimtab.adapters.allora.networks import Places

_SIGNED_FOR = "ethereum-11155111"
"""Whose contracts could check the signature; the forecasts are the same for all."""

_PAGES = 200
"""More than any honest list has."""


class ConsumerClient:
    """One network's topics. All methods raise AlloraError."""

    def __init__(self, places: Places, key: ApiKey, transport: HttpTransport) -> None:
        """Raises KeyRefusedError where the key must not go to that place."""
        self._places = places
        self._key = key
        self._header = {"Accept": "application/json", **key.header(places.api)}
        self._transport = transport

    async def inference(self, topic_id: int) -> Inference:
        """The latest forecast; it may be old. `uint256` is not asked for: values may be negative."""
        body = await self._get(f"allora/consumer/{_SIGNED_FOR}?allora_topic_id={topic_id}")
        inference = inference_of(body)
        if inference.topic_id != topic_id:
            raise NotUnderstoodError(
                f"{self._places.api}: asked for topic {topic_id}, got {inference.topic_id}"
            )
        return inference

    async def topics(self) -> tuple[TopicReply, ...]:
        """All of the network, page by page."""
        topics: list[TopicReply] = []
        token: str | None = None
        for _ in range(_PAGES):
            after = f"?continuation_token={quote(token, safe='')}" if token else ""
            page = page_of(await self._get(f"allora/{self._places.chain_id}/topics{after}"))
            topics += page.topics
            if not page.continuation_token or page.continuation_token == token:
                return tuple(topics)
            token = page.continuation_token
        raise NotUnderstoodError(f"{self._places.api}: the list of topics does not end")

    async def topic(self, topic_id: int) -> TopicReply:
        """One of them."""
        return topic_of(await self._get(f"allora/{self._places.chain_id}/topics/{topic_id}"))

    async def _get(self, path: str) -> bytes:
        url = f"{self._places.api}/{path}"
        return await self._transport.get(url, self._header, self._key.hidden)
