"""What the core needs from the world, as protocols. Adapters keep them; contract tests check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

from trimtab.domain.decisions import OrderCancelIntended, OrderIntended
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import AccountReported, CoinListed, CoinUnavailable
from trimtab.domain.units import Coin, Micros
from trimtab.records.archive import Archive
from trimtab.records.channels import Channel, Message
from trimtab.records.checkpoint import Checkpoint, Found
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.records.recorded import Recorded as Recorded  # noqa: PLC0414 (told by ports)
from trimtab.records.snapshot import Snapshot


class JournalError(RuntimeError):
    """The journal cannot be opened, read or written. The message is for the operator."""


class JournalLostError(JournalError):
    """The journal was taken from us for good: the process has to end. Nothing was written."""


class RefusedError(RuntimeError):
    """An append was refused: its condition did not hold. Nothing of it was written."""


class AuditError(RuntimeError):
    """A key, a file of checkpoints or an anchor does not work. The message is for the operator."""


class BrokerError(RuntimeError):
    """The broker is away, full or refuses us. The message is for the operator."""


class Step(NamedTuple):
    """A fact from outside and all it led to: never split between transactions."""

    outside: Outside
    instant: Micros
    """The moment of which the derived facts' ids are made."""
    first_ordinal: int
    derived: Sequence[Derived]


class Condition(NamedTuple):
    """An append fails if a fact of one of these types stands after `after`."""

    types: frozenset[str]
    after: int
    """Seq."""
    bot: str | None = None
    """Whose journal is looked at; None: the one that is appended to."""


EngineStatus = Literal["standby", "starting", "running", "stalled", "halted", "ended"]


CompanionName = Literal["audit", "broker"]


class CompanionState(NamedTuple):
    """How someone gets on who works beside the engine, on what is durable."""

    name: CompanionName
    seq: int
    """Up to which its work is done: signed, or acknowledged by the broker."""
    behind: int
    """Durable facts after that."""
    problems: tuple[str, ...] = ()
    """Why it does not get on, each with the mend; empty while all goes well."""
    alarm: bool = False
    """The first problem does not pass by itself: somebody has to look."""


class EngineState(NamedTuple):
    """Whether the engine works; what a person reads when it does not."""

    status: EngineStatus
    """Standby: another engine writes. Stalled: the journal does not answer. Halted: it refuses, and
    nothing is acted on.
    """
    since: Micros
    """UTC."""
    because: str = ""
    """One line, with the mend."""
    waiting: int = 0
    """Facts from outside that were accepted and are not durable yet."""
    unheard: int = 0
    """Durable facts that listeners failed on and will be given again, or that wait behind those."""
    buried: int = 0
    """Facts that were put aside, as a listener failed on them again and again."""
    companions: tuple[CompanionState, ...] = ()
    """Those who work beside it; the engine goes on whatever happens to them."""


class History(Protocol):
    """Reading a journal, also one that is being written, without ever blocking its writer."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`. Raises JournalError."""
        ...

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, for who wants the facts and nothing else: much quicker. Raises JournalError.

        What is left out cannot be checked: facts are only as good as the chain of their rows.
        """
        ...

    def last(self) -> JournalRow | None:
        """The newest durable row. Raises JournalError."""
        ...

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest snapshot with its state at or before `until`. Raises JournalError."""
        ...

    def snapshots(self) -> Sequence[Snapshot]:
        """All that were kept, oldest first, without their states. Raises JournalError."""
        ...

    def archives(self) -> Sequence[Archive]:
        """The files that hold contents of old rows. Raises JournalError."""
        ...

    def close(self) -> None:
        """Lets go of the store."""
        ...


class Journal(Protocol):
    """The record. One writer; gapless seq from 1."""

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        """The seq of the step's last fact. Durable after `flush`, whole or not at all."""
        ...

    def flush(self) -> int:
        """Makes everything appended durable; the last durable seq.

        Raises JournalError, and RefusedError where a condition does not hold: in both cases nothing
        that was appended since the last flush is written, and the journal may be used again.
        """
        ...

    def keep(self, snapshot: Snapshot) -> None:
        """Stores the state as of a durable seq; an older state may be dropped, its hash stays."""
        ...

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`."""
        ...

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As History has it."""
        ...

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """As History has it."""
        ...

    def close(self) -> None:
        """Flushes and lets go of the store."""
        ...


class Clock(Protocol):
    """Where the shell reads time."""

    def now(self) -> Micros:
        """UTC."""
        ...


class CoinSource(Protocol):
    """Where a running bot gets a coin that it does not watch yet: metadata and history."""

    def look_up(self, coin: Coin, at: Micros) -> CoinListed | CoinUnavailable:
        """Its rules, and its last bars up to `at`; or why it cannot be had."""
        ...


class Exchange(Protocol):
    """Where orders go. No method may wait: who talks to a venue does so in its own thread."""

    def place(self, order: OrderIntended) -> None:
        """To be executed at most once, however often it comes; what becomes of it is told as facts."""
        ...

    def cancel(self, order: OrderCancelIntended) -> None:
        """That order shall work no longer; what becomes of it is told as facts."""
        ...

    def account(self, at: Micros) -> AccountReported | None:
        """What it holds, as far as fills have been told as facts; None: not known at present."""
        ...


class Feed(Protocol):
    """Facts from outside in the order of the world: by `at`; then funding, bars, forecasts."""

    def facts(self) -> Iterator[Outside]:
        """Blocks of bars may be long: the runtime cuts them where something happens."""
        ...


class Audience(Protocol):
    """Whoever wants to know what has become durable: projections, dashboard, broker."""

    def publish(self, records: Sequence[Recorded]) -> None:
        """Must not block and must not raise."""
        ...


class Companion(Audience, Protocol):
    """Works beside the engine and never in its way: signs the journal, or carries it to a broker."""

    @property
    def companion(self) -> CompanionState:
        """As it is now; may be read from any thread."""
        ...


class Subscription(Protocol):
    """One consumer's place on a channel. At least once; a bot's messages in order of seq."""

    async def next(self, within: float) -> Message | None:
        """The next message, or None after so many seconds. Raises BrokerError."""
        ...

    async def done(self, message: Message) -> None:
        """It and all before it were dealt with and need not come again. Raises BrokerError."""
        ...

    async def close(self) -> None:
        """Goes away; the place is kept for the next subscription of the same consumer."""
        ...


class Broker(Protocol):
    """Carries durable facts to whoever listens. Never the record: it may lose and repeat.

    Belongs to the event loop that uses it first. After an error it may be used again: it connects
    anew by itself.
    """

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when the broker has acknowledged them all. Raises BrokerError.

        A message is known by its event id; one that comes twice may be delivered twice.
        """
        ...

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        """Goes on where this consumer was. Raises BrokerError.

        A new one hears what comes from now on, and first what the broker still keeps.
        """
        ...

    async def close(self) -> None:
        """Lets go of the connection."""
        ...


class Effects(Protocol):
    """What one consumer makes of the facts. Effect and seq are stored in one transaction."""

    def cursor(self) -> int:
        """The seq up to which facts have had their effect."""
        ...

    def take(self, rows: Sequence[JournalRow], cursor: int) -> None:
        """The rows' effect and the new cursor, both or neither. Raises whatever went wrong."""
        ...

    def bury(self, row: JournalRow, error: str) -> None:
        """A row that failed again and again: kept as a dead letter; the cursor moves past it."""
        ...


class Cursor(Protocol):
    """Where a relay has got to. Survives restarts."""

    def load(self) -> int:
        """The last seq that the broker acknowledged; 0 at first."""
        ...

    def store(self, seq: int) -> None:
        """From now on it is `seq`."""
        ...


class CheckpointSigner(Protocol):
    """Holds the private key that vouches for a journal."""

    @property
    def key(self) -> str:
        """The public key, as checkpoints name it."""
        ...

    def signed(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint with its signature; it must name this key."""
        ...


class CheckpointLog(Protocol):
    """Where a journal's checkpoints are kept, in order."""

    def append(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Durable on return. Raises AuditError; then they may be there in part."""
        ...

    def read(self) -> Found:
        """All that were kept. Raises AuditError."""
        ...


class Anchor(Protocol):
    """Keeps checkpoints where whoever can change the journal cannot reach."""

    @property
    def name(self) -> str:
        """What it is called in messages; no secret in it."""
        ...

    @property
    def pause(self) -> float:
        """Seconds that it wants to be left alone after it took some."""
        ...

    def holds(self, origin: str) -> int:
        """The size of the newest checkpoint of a journal that it has; 0 at first."""
        ...

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Keeps them, or only the newest, which speaks for all rows. Raises AuditError."""
        ...
