"""The user's own API key: required, never shown, and sent to one host only."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from trimtab.adapters.allora.errors import KeyRefusedError
from trimtab.adapters.allora.networks import API_HOST
from trimtab.adapters.audit.loopback import is_loopback

ENVIRONMENT = "TRIMTAB_ALLORA_KEY"

_LONGEST = 200
_HEADER = re.compile(r"[\x21-\x7e]+")


class ApiKey:
    """No text that is made of it shows it."""

    def __init__(self, secret: str) -> None:
        """Raises KeyRefusedError where it cannot be a key."""
        trimmed = secret.strip()
        if not trimmed:
            raise KeyRefusedError(
                f"no Allora API key: get one of your own at developer.allora.network and put it"
                f" into {ENVIRONMENT} or a file"
            )
        if len(trimmed) > _LONGEST or not _HEADER.fullmatch(trimmed):
            raise KeyRefusedError(
                "the Allora API key holds spaces or is far too long: copy it anew, alone, on one line"
            )
        self._secret = trimmed

    def header(self, url: str) -> dict[str, str]:
        """For requests to this place. Raises KeyRefusedError where it is not Allora's own."""
        place = urlsplit(url)
        host = place.hostname or ""
        if not is_loopback(host) and (host != API_HOST or place.scheme != "https"):
            raise KeyRefusedError(
                f"the API key is sent to https://{API_HOST} only, not to {place.scheme}://{host}:"
                " correct the URL"
            )
        return {"x-api-key": self._secret}

    def hidden(self, text: str) -> str:
        """The text without the key: an error's body may repeat it."""
        return text.replace(self._secret, "<key>")

    def __repr__(self) -> str:
        return "ApiKey(<hidden>)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("an API key is not stored")
