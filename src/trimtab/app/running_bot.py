"""A running bot, spoken to through its dashboard's HTTP on this machine."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, cast

from trimtab.app.errors import UserError

HOST: Final = "127.0.0.1"
WITHIN = 10.0
"""Seconds for an answer, and for a command to be carried out."""

_LOOK = 0.05


class RunningBot:
    """Where a `trimtab demo` or `trimtab run` listens. Every method raises UserError."""

    def __init__(self, port: int) -> None:
        self._port = port

    def overview(self) -> dict[str, Any]:
        """What the Overview page shows."""
        return self._asked("GET", "/api/v1/overview")

    def order(self, command: dict[str, Any]) -> dict[str, Any]:
        """Sends a command; its state once it is executed or failed, or still pending."""
        name = self._asked("POST", "/api/v1/commands", command)["id"]
        end = time.monotonic() + WITHIN
        while True:
            state = self._asked("GET", f"/api/v1/commands/{name}")
            if state["status"] != "pending" or time.monotonic() > end:
                return state
            time.sleep(_LOOK)

    def _asked(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        connection = HTTPConnection(HOST, self._port, timeout=WITHIN)
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"x-trimtab": "1", "content-type": "application/json"}
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, HTTPException, ValueError) as error:
            raise UserError(
                f"--port {self._port}: no bot answers there ({error}): start one with "
                "`trimtab demo`, or name its port"
            ) from error
        finally:
            connection.close()
        found = cast("dict[str, Any]", said)
        if answer.status >= 400:
            raise UserError(f"the bot refused: {found.get('detail', answer.reason)}")
        return found
