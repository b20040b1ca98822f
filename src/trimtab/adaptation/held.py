"""What alarms hold down while they last, so that the end of one does not undo another's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.configuration import Configuration, Mix, RiskLimits
from trimtab.domain.units import Coin, Leverage, TopicName


class Held(Struct, frozen=True):
    """Noted whether or not the change was made: a refused tightening still says what is going on."""

    caps: dict[str, dict[Coin, Leverage]] = {}
    """By rule, then coin: the leverage that its alarm allows."""
    paused: dict[TopicName, tuple[Coin, ...]] = {}
    """By topic: the coins it traded when its accuracy dropped."""

    def loosened(self, rule: str, coin: Coin, now: Leverage, written: Leverage) -> Leverage:
        """The coin's leverage when the alarm of `rule` is over: as the others allow, never lower."""
        others = [caps[coin] for name, caps in self.caps.items() if name != rule and coin in caps]
        return max(now, min([written, *others]))

    def capped(self, rule: str, caps: Mapping[Coin, Leverage]) -> Held:
        """With caps of `rule`; while an alarm lasts its lowest one counts."""
        before = self.caps.get(rule, {})
        lowest = {coin: min(cap, before.get(coin, cap)) for coin, cap in caps.items()}
        return replace(self, caps={**self.caps, rule: {**before, **lowest}})

    def released(self, rule: str, coins: Iterable[Coin]) -> Held:
        """`rule` holds these coins no longer."""
        gone = set(coins)
        left = {coin: cap for coin, cap in self.caps.get(rule, {}).items() if coin not in gone}
        return replace(self, caps={**self.caps, rule: left})

    def pausing(self, mix: Mix) -> Held:
        """These topics were taken off these coins."""
        return replace(self, paused={**self.paused, **mix})

    def resuming(self, topics: Iterable[TopicName]) -> Held:
        """The topics trade again."""
        gone = set(topics)
        left = {topic: coins for topic, coins in self.paused.items() if topic not in gone}
        return replace(self, paused=left)

    def open_to_trade(self, written: Configuration) -> Configuration:
        """What the user wrote, without what is paused: what a change of the mix may choose from."""
        if not self.paused:
            return written
        mix = {
            topic: tuple(coin for coin in coins if coin not in self.paused.get(topic, ()))
            for topic, coins in written.mix.items()
        }
        return replace(written, mix=mix)


def as_written(written: RiskLimits, coin: Coin, leverage: Leverage) -> Leverage | None:
    """None where the general limit, which holds without one of the coin's own, says the same."""
    return written.coin_leverage.get(coin) if leverage == written.of(coin) else leverage
