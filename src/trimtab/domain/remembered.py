"""Answers that are asked for again and again of a thing that does not change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")


def remembered(ask: Callable[[Thing], Answer]) -> Callable[[Thing], Answer]:
    """Asks once for as long as the very same object comes. Nobody may change it, nor the answer.

    For what cannot be hashed, such as a dict in a frozen struct; one object only is kept.
    """
    last: list[tuple[Thing, Answer]] = []

    @wraps(ask)
    def answer(thing: Thing) -> Answer:
        for known, told in last:
            if known is thing:
                return told
        fresh = ask(thing)
        last[:] = [(thing, fresh)]
        return fresh

    return answer
