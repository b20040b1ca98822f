"""What the venue answers to actions: three layers of failure, and strings where others have objects."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from trimtab.adapters.hyperliquid.amounts import check_finite
from trimtab.adapters.hyperliquid.error_codes import ErrorCode, code_of


class _Resting(Struct, frozen=True):
    oid: int
    cloid: str | None = None


class _Filled(Struct, frozen=True, rename="camel"):
    total_sz: Decimal
    avg_px: Decimal
    oid: int
    cloid: str | None = None

    def __post_init__(self) -> None:
        check_finite(self.total_sz, self.avg_px)


class _Status(Struct, frozen=True):
    resting: _Resting | None = None
    filled: _Filled | None = None
    error: str | None = None


class _Data(Struct, frozen=True):
    statuses: tuple[_Status | str, ...] = ()
    status: _Status | str | None = None


class _Response(Struct, frozen=True):
    type: str
    data: _Data | None = None


class ExchangeReply(Struct, frozen=True):
    """The body of a reply with HTTP status 200: `ok`, or `err` with a text for the whole action."""

    status: str
    response: _Response | str = ""


class Resting(Struct, frozen=True):
    """The order works; `oid` is 0 where it waits for a trigger or its parent, and has no number yet."""

    oid: int = 0


class Filled(Struct, frozen=True):
    """It was executed at once, perhaps in part; what is left of it is gone."""

    size: Decimal
    price: Decimal
    """Mean."""
    oid: int


class Refused(Struct, frozen=True):
    """The venue did not do it."""

    code: ErrorCode
    reason: str


class Done(Struct, frozen=True):
    """A cancel, a leverage or a schedule: it is as asked."""


Answer = Resting | Filled | Refused | Done

_WAITING = frozenset({"waitingForFill", "waitingForTrigger"})


def answers(reply: ExchangeReply, count: int = 1) -> tuple[Answer, ...]:
    """One for each of the `count` orders of an action.

    Checks before the orders may give one error for all of them. An answer that is not understood is
    a refusal with the code `unknown`; whoever sent an order has to ask what became of it.
    """
    response = reply.response
    if isinstance(response, str):
        return (_refused(response or f"status {reply.status!r} without a text"),) * count
    statuses = _statuses(response)
    if not statuses:
        return (Done(),) * count
    given = tuple(map(_answer, statuses))
    if len(given) == 1 < count:
        return given * count if isinstance(given[0], Refused) else given
    return given


def _statuses(response: _Response) -> tuple[_Status | str, ...]:
    if response.data is None:
        return ()
    one = response.data.status
    return response.data.statuses or (() if one is None else (one,))


def _answer(status: _Status | str) -> Answer:
    match status:
        case "success":
            return Done()
        case str() if status in _WAITING:
            return Resting()
        case str():
            return _refused(status)
        case _Status(error=str(reason)):
            return _refused(reason)
        case _Status(filled=_Filled() as filled):
            return Filled(filled.total_sz, filled.avg_px, filled.oid)
        case _Status(resting=_Resting() as resting):
            return Resting(resting.oid)
        case _:
            return Done()


def _refused(reason: str) -> Refused:
    return Refused(code_of(reason), reason)
