"""What can go wrong on the way to the venue and back. No message holds a key or an action's body."""

from __future__ import annotations


class VenueError(RuntimeError):
    """A request was not answered as it should be. The message is for the operator."""


class UnreachableError(VenueError):
    """The venue is away, slow or overloaded; whether it acted on the request is not known."""


class NotSentError(UnreachableError):
    """There was no connection: the request did certainly not arrive."""


class TooMuchError(UnreachableError):
    """HTTP 429: more was asked than the venue allows this machine."""


class RefusedRequestError(VenueError):
    """The venue took the request for wrong: it will not take it another time either."""


class NotUnderstoodError(VenueError):
    """The reply has a shape that we do not know."""
