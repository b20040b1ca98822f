"""What can go wrong on the way to Allora and back. No message holds a key."""

from __future__ import annotations


class AlloraError(RuntimeError):
    """A question was not answered as it should be. The message is for the operator."""


class KeyRefusedError(AlloraError):
    """The API key is missing, wrong or switched off."""


class NoForecastError(AlloraError):
    """There is no such topic, or nobody has forecast it yet."""


class TooManyRequestsError(AlloraError):
    """HTTP 429: more was asked than Allora allows."""

    def __init__(self, message: str, after: float | None = None) -> None:
        """`after`: seconds that Allora asked us to wait."""
        super().__init__(message)
        self.after = after


class ServerFailedError(AlloraError):
    """HTTP 5xx: it may pass."""


class UnreachableError(AlloraError):
    """No connection, or no answer in time."""


class RefusedError(AlloraError):
    """Allora took the question for wrong: it will not take it another time either."""


class NotThereError(RefusedError):
    """The chain does not know this way of asking: it speaks another version."""


class MovedError(AlloraError):
    """A redirect. It is not followed: a key goes to its own host only."""


class NotUnderstoodError(AlloraError):
    """The reply has a shape or a value that cannot be right: it is not used."""


class DisagreementError(AlloraError):
    """API and chain tell different forecasts: neither is used."""
