"""What an operator may order by REST. Everything else the page only shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Annotated, get_args

import msgspec
from litestar import get, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter
from litestar.status_codes import HTTP_202_ACCEPTED
from msgspec import Meta, Struct
from msgspec.structs import replace

from trimtab.dashboard.api_security import command_guard
from trimtab.domain.commands import Command, Pause, Resume, StopTrading
from trimtab.domain.tags import tag_of
from trimtab.domain.units import CommandId, Micros
from trimtab.ports import Clock
from trimtab.records.command_log import KEPT, CommandLog, CommandState

ACTOR = "operator@dashboard"

MOST_WORDS = 500
"""Letters of a reason."""

Commands = Callable[[Command], None]
"""Hands a command to the runtime. Called on the server's thread; must not block."""

Log = Callable[[], CommandLog]
"""What has become of commands so far."""

Reason = Annotated[str, Meta(min_length=1, max_length=MOST_WORDS)]


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the operator orders this."""

    reason: Reason


class StopOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the operator stops trading, and whether every position is closed."""

    reason: Reason
    flatten: bool = False


class Accepted(Struct, frozen=True):
    """The command is on its way; `GET /api/v1/commands/ID` tells what becomes of it."""

    command: str
    at: Micros
    id: CommandId


class Desk:
    """Hands commands in, and remembers those that are not recorded yet."""

    def __init__(self, commands: Commands, log: Log) -> None:
        self._commands = commands
        self._log = log
        self._sent: dict[CommandId, CommandState] = {}

    def take(self, command: Command) -> Accepted:
        """Gives the command the name under which it can be asked about."""
        name = CommandId(token_hex(8))
        state = CommandState(name, tag_of(command), "pending", command.at)
        self._sent = dict([*self._sent.items(), (name, state)][-KEPT:])
        self._commands(replace(command, id=name))
        return Accepted(state.command, command.at, name)

    def state(self, name: CommandId) -> CommandState:
        """Raises NotFoundException."""
        found = self._log().states.get(name) or self._sent.get(name)
        if found is None:
            raise NotFoundException(detail=f"no command {name[:40]!r} is known here")
        return found


def command_handlers(commands: Commands, clock: Clock, log: Log) -> list[HTTPRouteHandler]:
    """POST /api/v1/pause, /resume, /stop and, for every command, /commands; 202 with its id."""
    desk = Desk(commands, log)

    @_post("/api/v1/pause")
    def pause(data: JSONBody[Order]) -> Accepted:
        """No new positions and no adaptations until resumed."""
        return desk.take(Pause(clock.now(), ACTOR, data.reason))

    @_post("/api/v1/resume")
    def resume(data: JSONBody[Order]) -> Accepted:
        """Trade and adapt again."""
        return desk.take(Resume(clock.now(), ACTOR, data.reason))

    @_post("/api/v1/stop")
    def stop(data: JSONBody[StopOrder]) -> Accepted:
        """Cancel what rests, only reduce from now on; `flatten` closes every position."""
        return desk.take(StopTrading(clock.now(), ACTOR, data.reason, data.flatten))

    @_post("/api/v1/commands")
    def command(data: JSONBody[dict[str, object]]) -> Accepted:
        """Any command by its `type`, such as add_crypto; moments are microseconds (UTC)."""
        return desk.take(_command(data, clock.now()))

    @get("/api/v1/commands/{name:str}", sync_to_thread=False)
    def state(name: Annotated[str, PathParameter(description="The id.")]) -> CommandState:
        """Pending, executed or failed, and why."""
        return desk.state(CommandId(name))

    return [pause, resume, stop, command, state]


def _command(data: Mapping[str, object], at: Micros) -> Command:
    """Raises ClientException, which is answered by 400, naming the field."""
    reason = data.get("reason")
    if not isinstance(reason, str) or not 0 < len(reason) <= MOST_WORDS:
        raise ClientException(detail=f"reason: say in 1 to {MOST_WORDS} letters why")
    known = _FIELDS.get(str(data.get("type")))
    if known is None:
        raise ClientException(detail=f"type: name one of {', '.join(sorted(_FIELDS))}")
    for name in data:
        if name not in known:
            raise ClientException(detail=f"{name[:40]}: unknown; use {', '.join(known)}")
    try:
        command: Command = msgspec.convert({**data, "at": at, "actor": ACTOR}, Command)
    except msgspec.ValidationError as error:
        raise ClientException(detail=str(error)) from error
    return command


_FIELDS: dict[str, tuple[str, ...]] = {
    str(kind.__struct_config__.tag): (
        "type",
        *(name for name in kind.__struct_fields__ if name not in {"at", "actor", "id"}),
    )
    for kind in get_args(Command)
}


def _post(path: str) -> post:
    return post(path, status_code=HTTP_202_ACCEPTED, guards=[command_guard], sync_to_thread=False)
