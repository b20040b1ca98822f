"""What an operator may order from the page. Everything else the page only shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED
from msgspec import Meta, Struct

from trimtab.dashboard.api_security import command_guard
from trimtab.domain.commands import Command, Pause, Resume, StopTrading
from trimtab.domain.units import Micros
from trimtab.ports import Clock

ACTOR = "operator@dashboard"

Commands = Callable[[Command], None]
"""Hands a command to the runtime. Called on the server's thread; must not block."""


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the operator orders this."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class StopOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the operator stops trading, and whether every position is closed."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    flatten: bool = False


class Accepted(Struct, frozen=True):
    """The command is on its way; what it did comes back as facts."""

    command: str
    at: Micros


def command_handlers(commands: Commands, clock: Clock) -> list[HTTPRouteHandler]:
    """POST /api/v1/pause, /resume and /stop; 202 with the moment of the command."""

    def sent(command: Pause | Resume | StopTrading) -> Accepted:
        commands(command)
        return Accepted(str(command.__struct_config__.tag), command.at)

    @_post("/api/v1/pause")
    def pause(data: JSONBody[Order]) -> Accepted:
        """No new positions and no adaptations until resumed."""
        return sent(Pause(clock.now(), ACTOR, data.reason))

    @_post("/api/v1/resume")
    def resume(data: JSONBody[Order]) -> Accepted:
        """Trade and adapt again."""
        return sent(Resume(clock.now(), ACTOR, data.reason))

    @_post("/api/v1/stop")
    def stop(data: JSONBody[StopOrder]) -> Accepted:
        """Cancel what rests, only reduce from now on; `flatten` closes every position."""
        return sent(StopTrading(clock.now(), ACTOR, data.reason, data.flatten))

    return [pause, resume, stop]


def _post(path: str) -> post:
    return post(path, status_code=HTTP_202_ACCEPTED, guards=[command_guard], sync_to_thread=False)
