"""Where a journal or a broker is: a path or a URL, never with a secret in it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from trimtab.app.errors import UserError

_SECRETS = frozenset({"password", "passfile", "sslpassword", "token"})


def check_without_secret(name: str, place: str, mend: str) -> None:
    """Raises UserError, which does not repeat it, if the place holds a password."""
    scheme, _, rest = place.partition("://")
    if rest and _holds_secret(rest):
        raise UserError(
            f"{name} is {scheme}://...: a password may not stand in a URL: take it out, {mend}"
        )


def _holds_secret(rest: str) -> bool:
    """Wider than the rules of URLs, for a password may hold a slash or a question mark."""
    login = rest.rpartition("@")[0]
    query = rest.partition("?")[2]
    return ":" in login or any(key.lower() in _SECRETS for key, _ in parse_qsl(query))
