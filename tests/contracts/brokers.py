"""The brokers under contract, each with a real server where it has one, and what they carry."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.builders.patience import until
from tests.builders.servers import missing
from trimtab.adapters.memory.broker import MemoryBroker
from trimtab.adapters.nats.broker import NatsBroker
from trimtab.adapters.redis.broker import RedisBroker
from trimtab.ports import Broker, Subscription
from trimtab.records.channels import Message
from trimtab.records.journal_row import JournalRow

ROOM = 400
"""Messages or so that a broker under contract keeps."""


def message(seq: int, kind: str = "pause", symbol: str = "market", bot: str = "bot") -> Message:
    """The bot's row `seq`."""
    return large_message(seq, "", kind, symbol, bot)


def large_message(
    seq: int, text: str, kind: str = "pause", symbol: str = "market", bot: str = "bot"
) -> Message:
    """One with so much in it."""
    payload = f'{{"type":"{kind}","text":"{text}"}}'
    row = JournalRow(seq, f"{bot}-{seq}", 1, 2, kind, payload, None, None, None, None, "a", "b")
    return Message(bot, symbol, row)


async def heard(subscription: Subscription, within: float = 0.3) -> list[Message]:
    """All that comes until nothing has come for so many seconds."""
    found: list[Message] = []
    while (one := await subscription.next(within)) is not None:
        found.append(one)
    return found


def seqs(messages: Sequence[Message]) -> list[int]:
    return [one.row.seq for one in messages]


class Server:
    """A real server of the test's own, which may be killed, paused and started again."""

    def __init__(self, command: Callable[[int], list[str]], scheme: str) -> None:
        self.port = _free_port()
        self.place = f"{scheme}://127.0.0.1:{self.port}"
        self._command = command(self.port)
        self._process: subprocess.Popen[bytes] | None = None
        if shutil.which(self._command[0]) is None:
            missing(f"{self._command[0]} is not installed: install it to run this test")

    def start(self) -> None:
        """Returns when it answers."""
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, stdout=quiet, stderr=quiet)
        until(lambda: _answers(self.port))

    def kill(self) -> None:
        """As the power cord would; does nothing to one that is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def paused(self) -> Generator[None]:
        """It keeps its connections and answers nothing."""
        process = self._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)


def nats_server(folder: Path) -> Server:
    return Server(
        lambda port: ["nats-server", "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder)],
        "nats",
    )


def redis_server(folder: Path, *, lasting: bool = True) -> Server:
    """Without lasting storage all is gone when it is killed."""
    saved = ["--appendonly", "yes"] if lasting else ["--appendonly", "no", "--save", ""]
    return Server(
        lambda port: [
            "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), *saved
        ],
        "redis",
    )  # fmt: skip


class Desk(NamedTuple):
    """One kind of broker: its server, if it has one, and how to connect."""

    server: Server | None
    connect: Callable[[], Broker]


@contextmanager
def in_process(_: Path) -> Generator[Desk]:
    broker = MemoryBroker(ROOM)
    yield Desk(None, lambda: broker)


@contextmanager
def nats(folder: Path) -> Generator[Desk]:
    with _running(nats_server(folder)) as server:
        yield Desk(server, lambda: NatsBroker(server.place, room=ROOM * 500, patience=1.0))


@contextmanager
def redis(folder: Path) -> Generator[Desk]:
    with _running(redis_server(folder)) as server:
        yield Desk(server, lambda: RedisBroker(server.place, room=ROOM, patience=1.0))


@contextmanager
def forgetful_redis(folder: Path) -> Generator[Desk]:
    with _running(redis_server(folder, lasting=False)) as server:
        yield Desk(server, lambda: RedisBroker(server.place, room=ROOM, patience=1.0))


@contextmanager
def _running(server: Server) -> Generator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        return True
    return False
