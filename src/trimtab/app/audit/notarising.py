"""A notary beside a bot, as the settings want one."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from trimtab.adapters.audit.checkpoint_file import CheckpointFile
from trimtab.adapters.audit.ed25519 import Ed25519Signer, is_signed
from trimtab.adapters.audit.key_file import PASSPHRASE, signer
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.audit.anchors import anchors_of
from trimtab.app.audit.evidence import checkpoints_of
from trimtab.app.errors import UserError
from trimtab.app.journals import history
from trimtab.app.output import warn
from trimtab.app.settings import AuditSettings
from trimtab.runtime.courier import Courier
from trimtab.runtime.notary import Desk, Notary


@contextmanager
def notarised(place: str, settings: AuditSettings) -> Generator[Notary]:
    """Signs what the journal at a place holds and comes to hold.

    Enter it when the journal exists; hand the notary what becomes durable. What went wrong and
    still does is told at the end. Raises AuditError and UserError before anything is signed.
    """
    notary = _notary(place, settings)
    try:
        yield notary
    finally:
        notary.close()
        warn(notary.problems)


def signer_of(settings: AuditSettings) -> Ed25519Signer:
    """The key that the settings name. Raises AuditError, and UserError where they name none."""
    if not settings.key:
        raise UserError(
            "no key: name one by --key, or as `key` in [audit] of trimtab.toml; "
            "`trimtab audit key FILE` makes one"
        )
    return signer(Path(settings.key), os.environ.get(PASSPHRASE, ""))


def _notary(place: str, settings: AuditSettings) -> Notary:
    own = checkpoints_of(place, settings.checkpoints)
    desk = Desk(
        lambda: history(place, whole=False),
        CheckpointFile(own),
        signer_of(settings),
        is_signed,
        SystemClock(),
    )
    return Notary(desk, [Courier(anchor) for anchor in anchors_of(settings.anchors, own)])
