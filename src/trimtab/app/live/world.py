"""What can be traded now: forecasts that have a market, with the venue's rules."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from trimtab.adapters.allora.catalogue import TopicEntry, topics_of_api, topics_of_chain
from trimtab.adapters.allora.streams import Followed, followed, streams
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.trading_rules import MarketRules, rules_of
from trimtab.app.allora.asking import Clients
from trimtab.app.errors import UserError
from trimtab.app.settings import Settings
from trimtab.domain.configuration import Instrument, Topic
from trimtab.domain.units import Coin, Micros


class World(Struct, frozen=True):
    """Forecasts crossed with markets."""

    followed: tuple[Followed, ...]
    instruments: tuple[Instrument, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        """As a configuration calls them."""
        return streams(self.followed)

    @property
    def coins(self) -> tuple[Coin, ...]:
        return tuple(one.coin for one in self.instruments)


async def found(settings: Settings, clients: Clients, info: InfoClient) -> World:
    """Asks both venues. Raises UserError where nothing is left, AlloraError and VenueError."""
    rules = rules_of(await info.meta())
    entries = await catalogue(clients)
    _check_named(settings, entries, rules)
    wanted = settings.allora.topics
    chosen = [one for one in entries if not wanted or one.topic_id in wanted]
    coins = [coin for coin in rules if not settings.coins or coin in settings.coins]
    topics = followed(chosen, coins)
    if not topics:
        raise UserError(
            "no active topic forecasts a coin that has a market here: see `trimtab topics`, and "
            "allora.network, allora.topics and coins in your file"
        )
    traded = dict.fromkeys(one.asset for one in topics)
    return World(topics, tuple(rules[coin].instrument() for coin in traded))


async def catalogue(clients: Clients) -> Sequence[TopicEntry]:
    """All topics of the network. Raises AlloraError."""
    network, pace = clients.places.network, await clients.chain.block_time()
    if clients.api is None:
        return await topics_of_chain(clients.chain, network, Micros(pace))
    return await topics_of_api(clients.api, network, Micros(pace))


def _check_named(
    settings: Settings, entries: Sequence[TopicEntry], rules: dict[Coin, MarketRules]
) -> None:
    known = {one.topic_id: one for one in entries}
    for topic in settings.allora.topics:
        if topic not in known:
            raise UserError(f"allora.topics: {settings.allora.network} has no topic {topic}")
        if known[topic].not_traded:
            raise UserError(
                f"allora.topics: {topic} cannot be traded: {known[topic].not_traded}: remove it"
            )
    for coin in settings.coins:
        if coin not in rules:
            raise UserError(f"coins: {coin} has no market at the venue: correct or remove it")
