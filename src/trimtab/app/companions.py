"""Those who work beside a bot, as the settings want them: who signs, and who carries to a broker."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from trimtab.app.settings import Settings
from trimtab.ports import Companion


@contextmanager
def companions(place: str, settings: Settings) -> Generator[list[Companion]]:
    """Enter it when the journal at the place exists; hand them what becomes durable.

    Raises AuditError, UserError and JournalError before anyone has begun.
    """
    with ExitStack() as opened:
        yield [opened.enter_context(one) for one in _wanted(place, settings)]


def _wanted(
    place: str, settings: Settings
) -> Iterator[AbstractContextManager[Companion]]:  # most bots need none of these libraries
    if settings.audit.key:
        from trimtab.app.audit.notarising import notarised  # noqa: PLC0415

        yield notarised(place, settings.audit)
    if settings.broker:
        from trimtab.app.brokers import carried  # noqa: PLC0415

        yield carried(place, settings.broker)
