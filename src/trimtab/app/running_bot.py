"""A running bot, spoken to through its dashboard's HTTP on this machine."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException
from typing import Final, TypeVar

from msgspec import DecodeError, Struct, json

from trimtab.app.errors import UserError
from trimtab.domain.units import CommandId
from trimtab.records.command_log import CommandState
from trimtab.records.overview import Overview
from trimtab.records.rule_weights import Rules

HOST: Final = "127.0.0.1"
WITHIN = 10.0
"""Seconds for an answer, and for a command to be carried out."""

_LOOK = 0.05

Answer = TypeVar("Answer")


class _Accepted(Struct, frozen=True):
    id: CommandId


class _Refused(Struct, frozen=True):
    detail: str = "no reason was given"


class RunningBot:
    """Where a `trimtab demo` or `trimtab run` listens. Every method raises UserError."""

    def __init__(self, port: int) -> None:
        self._port = port

    def overview(self) -> Overview:
        """What the Overview page shows."""
        return self._asked("GET", "/api/v1/overview", Overview)

    def rules(self) -> Rules:
        """What has been learnt of each rule."""
        return self._asked("GET", "/api/v1/rules", Rules)

    def order(self, command: dict[str, object]) -> CommandState:
        """Sends a command; its state once it is executed or failed, or still pending."""
        name = self._asked("POST", "/api/v1/commands", _Accepted, command).id
        end = time.monotonic() + WITHIN
        while True:
            state = self._asked("GET", f"/api/v1/commands/{name}", CommandState)
            if state.status != "pending" or time.monotonic() > end:
                return state
            time.sleep(_LOOK)

    def _asked(self, method: str, path: str, kind: type[Answer], body: object = None) -> Answer:
        connection = HTTPConnection(HOST, self._port, timeout=WITHIN)
        try:
            sent = None if body is None else json.encode(body)
            headers = {"x-trimtab": "1", "content-type": "application/json"}
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status >= 400:
                raise UserError(f"the bot refused: {json.decode(said, type=_Refused).detail}")
            return json.decode(said, type=kind)
        except (OSError, HTTPException, DecodeError) as error:
            raise UserError(
                f"--port {self._port}: no bot answers there ({error}): start one with "
                "`trimtab demo`, or name its port"
            ) from error
        finally:
            connection.close()
