"""Allora's topics as trimtab's: one stream for each kind and horizon, with a column for each coin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.allora.catalogue import TopicEntry
from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.observations import FORECASTS
from trimtab.domain.units import DAY, HOUR, MINUTE, Coin, Micros, TopicName

FEEDS = f"{FORECASTS}allora/"
"""How the names of all feeds of this adapter begin."""

_WORDS: dict[PredictionKind, str] = {
    "log_return": "log-return",
    "price": "price",
    "volatility": "volatility",
    "classification": "classification",
}


class Followed(Struct, frozen=True):
    """A topic of Allora and its place in the table of forecasts."""

    entry: TopicEntry
    stream: TopicName
    kind: PredictionKind
    asset: Coin
    horizon: Micros

    @property
    def feed(self) -> str:
        """Its name in facts."""
        return f"{FEEDS}{self.entry.network}/{self.entry.topic_id}"


def followed(
    topics: Iterable[TopicEntry],
    coins: Sequence[Coin],
    named: Mapping[int, TopicName] | None = None,
) -> tuple[Followed, ...]:
    """The tradable topics of these coins, each with its stream.

    Of several topics with the same kind, horizon and coin the one with the lowest number has the
    plain name, the others their number behind it. `named`: streams given before, which stay.
    """
    given = dict(named or {})
    taken = set[tuple[TopicName, Coin]]()
    found: list[Followed] = []
    for entry in sorted(topics, key=lambda one: (one.topic_id not in given, one.topic_id)):
        one = single(entry) if entry.tradable else None
        if one is None or one.asset not in coins:
            continue
        stream = given.get(entry.topic_id, one.stream)
        if (stream, one.asset) in taken:
            stream = TopicName(f"{stream}-topic-{entry.topic_id}")
        taken.add((stream, one.asset))
        found.append(replace(one, stream=stream))
    return tuple(sorted(found, key=lambda one: one.entry.topic_id))


def single(entry: TopicEntry) -> Followed | None:
    """A topic by itself; None where its name leaves something open."""
    if entry.asset is None or entry.kind is None or entry.horizon is None:
        return None
    stream = TopicName(f"{_WORDS[entry.kind]}-{length(entry.horizon)}")
    return Followed(entry, stream, entry.kind, entry.asset, entry.horizon)


def streams(topics: Sequence[Followed]) -> tuple[Topic, ...]:
    """What a bot's configuration calls topics."""
    found = {one.stream: Topic(one.stream, one.kind, one.horizon) for one in topics}
    return tuple(found.values())


def length(time: Micros) -> str:
    """In the largest unit that fits: 8h, 7d, 20m. A day is 24h, as topics call it."""
    if time >= 2 * DAY and time % DAY == 0:
        return f"{time // DAY}d"
    if time % HOUR == 0:
        return f"{time // HOUR}h"
    return f"{time // MINUTE}m"
