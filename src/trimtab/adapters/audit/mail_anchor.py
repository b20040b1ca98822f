"""An anchor by mail: the newest checkpoint to somebody's mailbox, at most once an hour."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import NamedTuple

from trimtab.adapters.audit.loopback import is_loopback
from trimtab.adapters.audit.sent import Sent
from trimtab.ports import AuditError
from trimtab.records.checkpoint import Checkpoint, text_of

_PATIENCE = 10.0
"""Seconds that the server has for each step."""

_ENCRYPTED_FROM_THE_START = 465


class MailServer(NamedTuple):
    """Who carries the mail away."""

    host: str
    port: int
    user: str
    password: str
    sender: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> MailServer:
        """TRIMTAB_SMTP_HOST, _PORT, _USER, _PASSWORD and _FROM. Raises AuditError."""
        named = {key: environment.get(f"TRIMTAB_SMTP_{key}", "") for key in _KEYS}
        port = named["PORT"] or "587"
        if not port.isdecimal():
            raise AuditError(f"TRIMTAB_SMTP_PORT is {port!r}: it must be a whole number")
        if not named["FROM"]:
            raise AuditError("TRIMTAB_SMTP_FROM is not set: an anchor by mail needs a sender")
        host = named["HOST"] or "localhost"
        return cls(host, int(port), named["USER"], named["PASSWORD"], named["FROM"])


_KEYS = ("HOST", "PORT", "USER", "PASSWORD", "FROM")


class MailAnchor:
    """Keeps ports.Anchor. Encrypted, except to this machine."""

    pause = 3_600.0
    """Nobody wants a mail a minute; the newest checkpoint speaks for all before it."""

    def __init__(self, address: str, server: MailServer, sent: Sent) -> None:
        self.name = f"mailto:{address}"
        """What it is called in messages."""
        self._address = address
        self._server = server
        self._sent = sent

    def holds(self, origin: str) -> int:
        """The size of the newest checkpoint that was sent."""
        return self._sent.size(origin)

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Sends the newest. Raises AuditError."""
        newest = checkpoints[-1]
        try:
            self._send(_mail(newest, self._server.sender, self._address))
        except (OSError, smtplib.SMTPException) as error:
            raise AuditError(
                f"{self.name}: {self._server.host} does not take the mail "
                f"({type(error).__name__}): check TRIMTAB_SMTP_HOST, _PORT, _USER and _PASSWORD"
            ) from error
        self._sent.store(newest.origin, newest.size)

    def _send(self, mail: EmailMessage) -> None:
        with self._connected() as server:
            if self._server.user:
                server.login(self._server.user, self._server.password)
            server.send_message(mail)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if port == _ENCRYPTED_FROM_THE_START:
            secure = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=secure)
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
        if not is_loopback(host):
            server.starttls(context=ssl.create_default_context())
        return server


def _mail(newest: Checkpoint, sender: str, address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"Checkpoint of {newest.origin}: {newest.size} rows"
    mail["From"] = sender
    mail["To"] = address
    mail.set_content(
        "Keep this mail: it proves what the journal held.\n"
        "`trimtab audit verify JOURNAL --anchor THIS_MAIL` compares.\n\n" + text_of(newest),
        cte="7bit",  # as it is: lines that are broken anew are no checkpoint
    )
    return mail
