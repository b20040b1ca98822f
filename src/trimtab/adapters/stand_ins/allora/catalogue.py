"""The topics that a stand-in has unless others are given: shapes and words as on the real network."""

from __future__ import annotations

from msgspec import Struct

KIND_OF_LOSS = {"czar": "log_return", "ztae": "log_return", "focal": "classification"}


class StandInTopic(Struct, frozen=True):
    """As its maker registered it. Lengths are in blocks."""

    topic_id: int
    name: str
    epoch_length: int = 60
    loss_method: str = "mse"
    active: bool = True
    labels: tuple[str, ...] = ("y",)
    """Of a classification."""
    submission_window: int = 12

    @property
    def kind(self) -> str:
        """What its values look like."""
        words = self.name.lower()
        if "volatility" in words:
            return "volatility"
        return KIND_OF_LOSS.get(self.loss_method, "price")

    @property
    def asset(self) -> str:
        return self.name.partition("/USD")[0].rpartition(" ")[2] or self.name


TOPICS = (
    StandInTopic(1, "BTC/USD - Log Returns - 8h", 75, "czar"),
    StandInTopic(2, "ETH/USD - Log Returns - 8h", 75, "czar"),
    StandInTopic(3, "SOL/USD - Log Returns - 8h", 75, "czar"),
    StandInTopic(9, "ETH/USD - Price Prediction - 8h"),
    StandInTopic(10, "SOL/USD - Price Prediction - 8h"),
    StandInTopic(14, "BTC/USD - Price Prediction - 8h"),
    StandInTopic(15, "BTC/USD - Log Returns - 24h", 60, "czar"),
    StandInTopic(20, "BTC/USD - Volatility - 15m"),
    StandInTopic(21, "24 hour XAG/USD (Hyperliquid) Triple-Barrier Classification", 60, "focal",
                 labels=("down", "flat", "up")),
)  # fmt: skip
