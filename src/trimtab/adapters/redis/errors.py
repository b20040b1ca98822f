"""What can be wrong with a Redis server, in one line with the mend."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from redis import exceptions

from trimtab.ports import BrokerError


@contextmanager
def explained(place: str) -> Generator[None]:
    """The client's complaints as BrokerError in the operator's words."""
    try:
        yield
    except (exceptions.RedisError, OSError, TimeoutError, ValueError) as error:
        raise BrokerError(f"{place}: {_words(error)}") from error


def _words(error: Exception) -> str:
    text = str(error)
    if text.startswith(("NOAUTH", "WRONGPASS")) or "without any password" in text:
        return _REFUSED
    if text.startswith("NOGROUP"):
        return "the place in the stream is gone: it is made again at the next try"
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    return f"{text[:100]}: look into the server's log"


_REFUSED = "user or password refused: put the password into TRIMTAB_BROKER_PASSWORD"
_AWAY = "cannot be reached: start it, or name another place"
_SLOW = "no answer in time: look whether it runs and is not overloaded"

_WORDS: dict[type[Exception], str] = {  # in this order: some are kinds of others
    exceptions.AuthenticationError: _REFUSED,
    exceptions.AuthenticationWrongNumberOfArgsError: _REFUSED,
    exceptions.NoPermissionError: "this user may not do it: allow it streams in the server's ACL",
    exceptions.OutOfMemoryError: "its memory is full: free some, or raise maxmemory",
    exceptions.ExecAbortError: "it refused to store: its memory is full, or this user may not",
    exceptions.ReadOnlyError: "is a replica: name the server that it copies",
    exceptions.BusyLoadingError: "is still reading its file: it is tried again",
    exceptions.InvalidResponse: "answers, but not as Redis does: name another place",
    exceptions.TimeoutError: _SLOW,
    exceptions.ConnectionError: _AWAY,
    TimeoutError: _SLOW,
    OSError: _AWAY,
}
