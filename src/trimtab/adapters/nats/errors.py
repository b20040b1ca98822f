"""What can be wrong with a NATS server, in one line with the mend."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from nats import errors
from nats.js import errors as stream_errors

from trimtab.ports import BrokerError

_FULL = 10_047
"""JetStream's code for: its storage has not the room that was asked for."""


@contextmanager
def explained(place: str) -> Generator[None]:
    """The client's complaints as BrokerError in the operator's words."""
    try:
        yield
    except (errors.Error, OSError, TimeoutError, ValueError) as error:
        raise BrokerError(f"{place}: {_words(error)}") from error


def _words(error: Exception) -> str:
    if "authorization" in str(error).lower():
        return "user or password refused: put the password into TRIMTAB_BROKER_PASSWORD"
    if isinstance(error, stream_errors.APIError) and error.err_code == _FULL:
        return "its storage is full: free some room, or raise max_file_store"
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError):
        return f"cannot be reached ({error.strerror or error}): start it, or name another place"
    return f"{error}: look into the server's log"


_WORDS: dict[type[Exception], str] = {
    stream_errors.NoStreamResponseError: "the stream is gone: it is made again at the next try",
    stream_errors.NotFoundError: "the place in it is gone: it is made again at the next try",
    stream_errors.ServiceUnavailableError: "JetStream does not answer: start nats-server with -js",
    errors.NoRespondersError: "JetStream does not answer: start nats-server with -js",
    errors.NoServersError: "cannot be reached: start it, or name another place",
    errors.ConnectionClosedError: "the connection was lost: it is made again at the next try",
    errors.StaleConnectionError: "the connection was lost: it is made again at the next try",
    TimeoutError: "no answer in time: look whether it runs and is not overloaded",
}
