"""Anchors as the settings name them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from trimtab.adapters.audit.checkpoint_file import FileAnchor
from trimtab.adapters.audit.mail_anchor import MailAnchor, MailServer
from trimtab.adapters.audit.sent import Sent
from trimtab.adapters.audit.webhook_anchor import TOKEN, WebhookAnchor
from trimtab.app.errors import UserError
from trimtab.ports import Anchor


def anchors_of(named: Sequence[str], own: Path) -> list[Anchor]:
    """`own`: the journal's own file of checkpoints. Raises UserError and AuditError."""
    return [_anchor(text, own) for text in named]


def _anchor(text: str, own: Path) -> Anchor:
    scheme, _, rest = text.partition(":")
    kind = _KINDS.get(scheme)
    if kind is None or not rest:
        raise UserError(
            f"audit.anchors: {scheme or text}: write file:PATH, https://HOST/PATH or mailto:ADDRESS"
        )
    mark = sha256(text.encode()).hexdigest()[:8]  # the text may hold a secret
    return kind(text, rest, Sent(own.with_name(f"{own.name}.sent-{mark}")))


def _file(_: str, path: str, __: Sent) -> Anchor:
    return FileAnchor(Path(path.removeprefix("//")))


def _webhook(url: str, _: str, sent: Sent) -> Anchor:
    return WebhookAnchor(url, os.environ.get(TOKEN, ""), sent)


def _mail(_: str, address: str, sent: Sent) -> Anchor:
    return MailAnchor(address, MailServer.of(os.environ), sent)


_KINDS: dict[str, Callable[[str, str, Sent], Anchor]] = {
    "file": _file,
    "http": _webhook,
    "https": _webhook,
    "mailto": _mail,
}
