"""Allora on this machine: the consumer API, the chain's REST and its events, at one port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import msgspec
from aiohttp import web

from trimtab.adapters.stand_ins.allora import chain_replies, consumer_replies
from trimtab.adapters.stand_ins.allora.catalogue import TOPICS, StandInTopic
from trimtab.adapters.stand_ins.allora.chain import Chain, Value, drawn
from trimtab.adapters.stand_ins.allora.event_stream import EventStream
from trimtab.adapters.stand_ins.allora.faults import Faults
from trimtab.domain.units import Micros
from trimtab.ports import Clock

KEY = "UP-stand-in"
_CHAINS = ("allora-testnet-1", "allora-mainnet-1")
_LOOK = 0.05
"""Seconds between looks for news to announce."""

_PAGE = 4
"""Topics on a page: few, so that there are several."""

Reply = tuple[int, dict[str, object]]
Answer = Callable[[web.Request], Reply]


class AlloraStandIn:
    """Both networks tell the same topics. All times are the clock's."""

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        topics: Sequence[StandInTopic] = TOPICS,
        value: Value | None = None,
        key: str = KEY,
        version: str = "v10",
    ) -> None:
        """`value`: the forecast of a topic at a moment; else drawn by the seed."""
        self.faults = Faults()
        self.version = version
        """Of the emissions module: v7, v9 or v10. May be changed in mid-run, as chains do."""
        self.events = EventStream()
        self.asked: list[tuple[str, str]] = []
        """Path with query, and the key that came with it."""
        self._clock = clock
        self._key = key
        self._chain = Chain(tuple(topics), value or drawn(seed), self.faults)
        self._announced = dict.fromkeys(self._chain.topics, 0)
        self._runner: web.AppRunner | None = None
        self._ticking: asyncio.Task[None] | None = None

    async def start(self, port: int = 0) -> int:
        """Listens on 127.0.0.1; the port it has."""
        runner = web.AppRunner(self._application(), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self._runner = runner
        self._announced = {one: self._nonce(one) for one in self._chain.topics}
        self._ticking = asyncio.create_task(self._tick())
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Lets go of everything."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        await self.events.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def announce(self) -> None:
        """Tells listeners what is new since the last time; also done by itself."""
        height = self._height()
        for topic_id, before in self._announced.items():
            made = self._chain.latest(topic_id, height)
            if made is not None and made.nonce > before:
                self._announced[topic_id] = made.nonce
                await self.events.announce(made, height, self.version)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            if self.faults.disconnects:
                self.faults.disconnects -= 1
                await self.events.drop()
            await self.announce()

    def _application(self) -> web.Application:
        app = web.Application()
        emissions = "/emissions/{version}"
        for path, answer in (
            ("/v2/allora/consumer/{format}", self._inference),
            ("/v2/allora/{chain}/topics", self._topics),
            ("/v2/allora/{chain}/topics/{topic}", self._topic),
            (f"{emissions}/latest_network_inferences/{{topic}}", self._latest),
            (f"{emissions}/latest_network_inferences_outlier_resistant/{{topic}}", self._latest),
            (f"{emissions}/network_inferences/{{topic}}/last_inference/{{block}}", self._of_epoch),
            (f"{emissions}/topics/{{topic}}", self._chain_topic),
            (f"{emissions}/is_topic_active/{{topic}}", self._is_active),
            (f"{emissions}/next_topic_id", self._next_topic),
            ("/cosmos/base/tendermint/v1beta1/blocks/{height}", self._block),
        ):
            app.router.add_get(path, self._handler(answer))
        app.router.add_get("/websocket", self.events.serve)
        return app

    def _handler(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            self.asked.append((request.path_qs, request.headers.get("x-api-key", "")))
            await asyncio.sleep(self.faults.stall)
            if self.faults.hang_ups and request.transport is not None:
                self.faults.hang_ups -= 1
                request.transport.abort()
            refused = self._fault(request) or self._refused(request)
            return refused or self._response(*answer(request))

        return handle

    def _response(self, status: int, body: dict[str, object]) -> web.Response:
        text = msgspec.json.encode(body)
        if self.faults.garbled:
            text = text[: len(text) // 2]
        return web.Response(status=status, body=text, content_type="application/json")

    def _fault(self, request: web.Request) -> web.Response | None:
        if self.faults.redirect and request.path.startswith("/v2/"):
            return web.Response(status=302, headers={"Location": self.faults.redirect})
        status = self.faults.next_status()
        if status is None:
            return None
        response = self._response(status, consumer_replies.refusal(f"stand-in fault {status}"))
        if status == 429 and self.faults.retry_after is not None:
            response.headers["Retry-After"] = str(self.faults.retry_after)
        return response

    def _refused(self, request: web.Request) -> web.Response | None:
        """Keys at the API, versions at the chain."""
        if request.path.startswith("/v2/"):
            key = request.headers.get("x-api-key", "")
            if key != self._key:
                told = f"No active API user found for API key {key}"
                return self._response(401, consumer_replies.refusal(told))
        if request.match_info.get("version", self.version) != self.version:
            return self._response(501, chain_replies.unknown(request.path))
        return None

    def _inference(self, request: web.Request) -> Reply:
        number = request.query.get("allora_topic_id", "")
        made = self._chain.latest(int(number), self._height()) if number.isdecimal() else None
        if made is not None and self.faults.behind:
            earlier = made.nonce - self.faults.behind * made.topic.epoch_length
            made = self._chain.of_epoch(made.topic, earlier)
        if made is None:
            told = f"Could not get network inferences for allora topic id {number}"
            return 404, consumer_replies.refusal(told)
        return 200, consumer_replies.envelope(consumer_replies.inference(made, self.faults))

    def _topics(self, request: web.Request) -> Reply:
        if request.match_info["chain"] not in _CHAINS:
            return 404, consumer_replies.refusal("no such chain")
        first = int(request.query.get("continuation_token", "0"))
        topics = list(self._chain.topics.values())
        end = first + _PAGE
        told: dict[str, object] = {
            "topics": [self._told(one) for one in topics[first:end]],
            "continuation_token": str(end) if end < len(topics) else None,
        }
        return 200, consumer_replies.envelope(told)

    def _topic(self, request: web.Request) -> Reply:
        topic = self._asked_for(request)
        if topic is None:
            return 404, consumer_replies.refusal("no such topic")
        return 200, consumer_replies.envelope(self._told(topic))

    def _told(self, topic: StandInTopic) -> dict[str, object]:
        latest = self._chain.latest(topic.topic_id, self._height())
        return consumer_replies.topic(topic, latest, self.faults)

    def _latest(self, request: web.Request) -> Reply:
        past = request.headers.get("x-cosmos-block-height", "")
        if past and self.faults.pruned:
            return 400, chain_replies.absent(f"state of height {past}")
        height = int(past) if past else self._height()
        made = self._chain.latest(int(request.match_info["topic"]), height)
        if made is None or height > self._height():
            return 404, chain_replies.absent(f"inferences of topic {request.match_info['topic']}")
        return 200, chain_replies.inferences(made, self.version)

    def _of_epoch(self, request: web.Request) -> Reply:
        topic, nonce = self._asked_for(request), int(request.match_info["block"])
        if topic is None or nonce % topic.epoch_length or nonce > self._nonce(topic.topic_id):
            return 404, chain_replies.absent(f"inferences of block {nonce}")
        return 200, chain_replies.inferences(self._chain.of_epoch(topic, nonce), self.version)

    def _chain_topic(self, request: web.Request) -> Reply:
        topic = self._asked_for(request)
        return (404, chain_replies.absent("topic")) if topic is None else (
            200, chain_replies.topic(topic)
        )  # fmt: skip

    def _is_active(self, request: web.Request) -> Reply:
        topic = self._asked_for(request)
        return 200, {"is_active": topic is not None and topic.active}

    def _next_topic(self, _: web.Request) -> Reply:
        return 200, {"next_topic_id": str(max(self._chain.topics) + 1)}

    def _block(self, request: web.Request) -> Reply:
        named = request.match_info["height"]
        height = self._height() if named == "latest" else int(named)
        if not 0 < height <= self._height():
            return 404, chain_replies.absent(f"block {height}")
        at = Micros(self._chain.time(height) + self.faults.clock_skew)
        return 200, chain_replies.block(height, at, _CHAINS[0])

    def _asked_for(self, request: web.Request) -> StandInTopic | None:
        return self._chain.topics.get(int(request.match_info["topic"]))

    def _height(self) -> int:
        return self._chain.height(self._clock.now())

    def _nonce(self, topic_id: int) -> int:
        made = self._chain.latest(topic_id, self._height())
        return 0 if made is None else made.nonce
