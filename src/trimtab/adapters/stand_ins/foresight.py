"""Forecasts that know a little of the stand-in market's future: something for a bot to find out."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from math import exp, log, sqrt

from trimtab.adapters.allora.topic_names import meaning
from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.chain import Value, drawn
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.domain.units import Micros

SKILL = 0.25
"""Correlation of a forecast with what comes."""

_PLACES = Decimal("1e-18")


def foreseeing(market: NoiseMarket, skill: float = SKILL) -> Value:
    """Of coins that the market does not have, and of other kinds, forecasts are drawn by its seed."""
    coins = {one.name: one for one in market.coins}
    others = drawn(market.seed)

    def value(topic: StandInTopic, at: Micros) -> Decimal:
        read, coin = meaning(topic.name, topic.loss_method), coins.get(topic.asset)
        if coin is None or read.horizon is None or read.kind not in {"price", "log_return"}:
            return others(topic, at)
        now, then = at // 1000, (at + read.horizon) // 1000
        price = float(market.price(coin, now))
        comes = log(float(market.price(coin, then)) / price)
        size = coin.volatility * sqrt(read.horizon / (365.25 * 86_400e6))
        luck = _luck(f"{market.seed}/{topic.topic_id}/{at}")
        told = skill * (skill * comes + sqrt(1.0 - skill * skill) * size * luck)
        figure = told if read.kind == "log_return" else price * exp(told)
        return Decimal(figure).quantize(_PLACES)

    return value


def _luck(text: str) -> float:
    """Uniform, with deviation 1."""
    drawn = int.from_bytes(sha256(text.encode()).digest()[:7], "big") / 2.0**56
    return (drawn - 0.5) * sqrt(12.0)
