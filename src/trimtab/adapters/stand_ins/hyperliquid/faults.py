"""What goes wrong on demand. Everything may be changed while the stand-in runs."""

from __future__ import annotations

from random import Random
from typing import Literal

from msgspec import Struct


class Faults(Struct, forbid_unknown_fields=True):
    """Shares are chances by request, message or order, between 0 and 1."""

    seed: int = 0
    stall: float = 0.0
    """Seconds by which every reply is late."""
    failing: float = 0.0
    """Requests that get a status of 500 to 504, or 429."""
    status: int = 0
    """That every request gets; 0: none."""
    no_answer: float = 0.0
    """Orders that are executed, while the reply never comes."""
    late: float = 0.0
    """Orders of which no reply comes, and that arrive `late_by` seconds later."""
    late_by: float = 1.0
    heeds_expiry: bool = True
    """Whether an order that arrives late is refused once it has expired."""
    one_error: float = 0.0
    """Batches that get one error for all."""
    repeats: float = 0.0
    """Fills that the stream tells twice."""
    unordered: float = 0.0
    """Messages with several fills that are told the wrong way round."""
    fills_late: float = 0.0
    """Fills that the stream does not tell: only who asks hears of them."""
    drop_every: float = 0.0
    """Seconds after which all streams are closed; 0: never."""
    silent: bool = False
    """Streams say nothing, and stay open."""
    omit_positions: bool = False
    """The account's positions are left out of its state."""
    sparse: bool = False
    """Optional fields are missing, and `spotMeta` names a token that it does not list."""
    open_interest: Literal["", "capped", "quick"] = ""
    """Why positions may not grow: at the cap, or growing too quickly."""
    empty_book: bool = False
    """Nobody quotes: nothing that crosses is filled."""
    clock_skew: float = 0.0
    """Seconds by which the venue's clock is ahead."""
    cloid_once: bool = False
    """A client order id is refused for ever; else only while the first order with it is open."""


def drawn(seed: int) -> Faults:
    """A mixture of what goes wrong at times, none so often that nothing gets through."""
    chance = Random(seed)  # noqa: S311 - faults that can be repeated

    def up_to(most: float) -> float:
        return round(chance.uniform(0.0, most), 3)

    return Faults(
        seed=seed,
        stall=up_to(0.3),
        failing=up_to(0.1),
        no_answer=up_to(0.1),
        late=up_to(0.1),
        one_error=up_to(0.05),
        repeats=up_to(0.3),
        unordered=up_to(0.3),
        fills_late=up_to(0.2),
        drop_every=20.0 + up_to(100.0),
        cloid_once=chance.random() < 0.5,
    )


class Chances:
    """Draws by the faults' own seed."""

    def __init__(self, faults: Faults) -> None:
        self._random = Random(faults.seed)  # noqa: S311 - faults that can be repeated

    def begin(self, seed: int) -> None:
        self._random.seed(seed)

    def happens(self, share: float) -> bool:
        return share > 0.0 and self._random.random() < share

    def status(self) -> int:
        return self._random.choice((429, 500, 502, 503, 504))
