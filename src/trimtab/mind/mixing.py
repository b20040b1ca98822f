"""An operator changes what is traded."""

from __future__ import annotations

from trimtab.domain.commands import AddCrypto, RemoveCrypto
from trimtab.domain.configuration import Change
from trimtab.domain.units import Coin, TopicName
from trimtab.mind.adapting import governed, trials
from trimtab.mind.mind import Mind
from trimtab.mind.refusing import Obeyed, refuse, unknown


def change_mix(mind: Mind, command: AddCrypto | RemoveCrypto) -> Obeyed:
    """A person's own change of the mix. A removed coin keeps its position until its exit."""
    obstacle = _mix_obstacle(mind, command)
    if obstacle is not None:
        return refuse(mind, command, obstacle)
    mix = mind.adaptation.configuration.mix
    topics = command.topics if isinstance(command, AddCrypto) else tuple(mix)
    wanted = {topic: _with_or_without(mind, topic, command) for topic in topics}
    change = Change({topic: coins for topic, coins in wanted.items() if coins != mix.get(topic)})
    if not change.mix:
        return refuse(mind, command, f"{command.coin}: the mix is so already, nothing to change")
    engine, facts = mind.adaptation.changed(command.at, change, command.reason, trials(mind))
    return governed(mind, engine), [*facts]


def _mix_obstacle(mind: Mind, command: AddCrypto | RemoveCrypto) -> str | None:
    if command.coin not in mind.coins:
        return unknown("coin", command.coin, mind.coins)
    if isinstance(command, RemoveCrypto):
        at_once = "closing a coin at once is not taken by this version; use when_flat"
        return at_once if command.how == "now" else None
    topics = mind.teller.topics
    strangers = [topic for topic in command.topics if topic not in topics]
    return unknown("topic", strangers[0], topics) if strangers else None


def _with_or_without(
    mind: Mind, topic: TopicName, command: AddCrypto | RemoveCrypto
) -> tuple[Coin, ...]:
    """The topic's coins, in the order of the feed, after the command."""
    coins = {*mind.adaptation.configuration.mix.get(topic, ())} - {command.coin}
    if isinstance(command, AddCrypto):
        coins |= {command.coin}
    return tuple(coin for coin in mind.coins if coin in coins)
