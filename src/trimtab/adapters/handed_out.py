"""Messages that were handed to a consumer and are not done yet, each with the broker's receipt."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from trimtab.records.channels import Message

Receipt = TypeVar("Receipt")


class HandedOut(Generic[Receipt]):
    """In the order in which they were handed out."""

    def __init__(self) -> None:
        self._entries: deque[tuple[Message, Receipt]] = deque()

    def add(self, message: Message, receipt: Receipt) -> None:
        self._entries.append((message, receipt))

    def through(self, message: Message) -> list[Receipt]:
        """Receipts of this one and of all before it, which are done now; none if it is unknown."""
        found = next((i for i, (one, _) in enumerate(self._entries, 1) if one == message), 0)
        return [self._entries.popleft()[1] for _ in range(found)]

    def receipts(self) -> list[Receipt]:
        """Of all that are not done."""
        return [receipt for _, receipt in self._entries]

    def clear(self) -> None:
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
