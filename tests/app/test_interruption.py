"""The first Ctrl+C asks, the second one insists."""

from __future__ import annotations

import signal

import pytest

from trimtab.app.interruption import ended_by_signal
from trimtab.runtime.inbox import Inbox


def test_the_first_signal_calls_for_the_end_and_the_second_one_interrupts() -> None:
    inbox = Inbox()
    with ended_by_signal(inbox.close):
        signal.raise_signal(signal.SIGINT)
        assert inbox.closed
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_as_before_when_it_is_over() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with ended_by_signal(Inbox().close):
        assert signal.getsignal(signal.SIGINT) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
