"""An anchor that is told by HTTP: the newest checkpoint's text as the body of a POST."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from trimtab.adapters.audit.loopback import is_loopback
from trimtab.adapters.audit.sent import Sent
from trimtab.ports import AuditError
from trimtab.records.checkpoint import Checkpoint, text_of

TOKEN = "TRIMTAB_AUDIT_TOKEN"  # noqa: S105 - the name of an environment variable

_PATIENCE = 5.0
"""Seconds that the other side has for each step."""


class WebhookAnchor:
    """Keeps ports.Anchor. Whatever answers 2xx has taken it; redirects are not followed."""

    pause = 0.0
    """It may be told at any time."""

    def __init__(self, url: str, token: str, sent: Sent) -> None:
        """`token`: sent as a bearer's; none where it is empty. Raises AuditError for a bad URL."""
        self._url = _checked(url)
        self.name = f"{self._url.scheme}://{self._url.netloc}"
        """What it is called in messages: a path may hold a secret."""
        self._headers = {"Content-Type": "text/plain; charset=utf-8"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._sent = sent

    def holds(self, origin: str) -> int:
        """The size of the newest checkpoint that was sent."""
        return self._sent.size(origin)

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Sends the newest. Raises AuditError."""
        newest = checkpoints[-1]
        try:
            status = self._post(text_of(newest).encode())
        except (OSError, HTTPException) as error:
            raise AuditError(
                f"{self.name}: cannot be told: {error or type(error).__name__}: "
                "check that it is up and can be reached"
            ) from error
        if status // 100 != 2:
            raise AuditError(f"{self.name}: answers {status}: check its address and {TOKEN}")
        self._sent.store(newest.origin, newest.size)

    def _post(self, body: bytes) -> int:
        connection = self._connection()
        try:
            target = self._url.path or "/"
            query = f"?{self._url.query}" if self._url.query else ""
            connection.request("POST", target + query, body, self._headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            secure = ssl.create_default_context()
            return HTTPSConnection(host, port, timeout=_PATIENCE, context=secure)
        return HTTPConnection(host, port, timeout=_PATIENCE)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise AuditError(f"an anchor's URL: {error}: write https://HOST/PATH") from error
    if parts.username or parts.password:
        raise AuditError(f"the anchor at {parts.hostname}: no secret in a URL: use {TOKEN}")
    if not parts.hostname or (parts.scheme == "http" and not is_loopback(parts.hostname)):
        raise AuditError(f"the anchor {parts.scheme}://{parts.netloc}: use https://HOST/PATH")
    return parts
