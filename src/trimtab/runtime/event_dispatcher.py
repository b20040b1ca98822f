"""EventDispatcher: hands durable facts to everyone who listens; one's error is nobody else's."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import structlog

from trimtab.ports import Audience, Recorded

_log = structlog.get_logger()


class EventDispatcher:
    """Itself an `Audience`. Errors of a listener are logged, counted and kept away from others."""

    def __init__(self, audiences: Sequence[Audience] = ()) -> None:
        self._audiences = list(audiences)
        self.errors: deque[str] = deque(maxlen=100)

    def subscribe(self, audience: Audience) -> None:
        """From the next batch on."""
        self._audiences.append(audience)

    def publish(self, records: Sequence[Recorded]) -> None:
        for audience in self._audiences:
            try:
                audience.publish(records)
            except Exception as error:
                name = type(audience).__name__
                self.errors.append(f"{name}: {error}")
                _log.exception("listener failed", listener=name, seq=records[-1].seq)
