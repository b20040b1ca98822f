"""Sends one action. It is never sent twice: who does not hear of it has to ask what became of it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic as monotonic_now

import msgspec
from msgspec import Struct

from trimtab.adapters.hyperliquid.exchange_replies import Answer, ExchangeReply, answers
from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.rate_budget import ActionQuota, weight_of_action
from trimtab.adapters.hyperliquid.signing import Signature, Signer
from trimtab.adapters.hyperliquid.throttle import Throttle
from trimtab.adapters.hyperliquid.venue_errors import (
    NotSentError,
    NotUnderstoodError,
    TooMuchError,
)
from trimtab.adapters.hyperliquid.wire_actions import Action, CancelByCloid, PlaceOrders


class _Envelope(Struct, frozen=True, rename="camel"):
    action: Action
    nonce: int
    signature: Signature
    vault_address: str | None
    expires_after: int | None


class ExchangeClient:
    """`POST /exchange`, within the quota of the account."""

    def __init__(
        self,
        transport: HttpTransport,
        signer: Signer,
        throttle: Throttle,
        monotonic: Callable[[], float] = monotonic_now,
    ) -> None:
        self._transport = transport
        self._signer = signer
        self._throttle = throttle
        self._monotonic = monotonic
        self.quota = ActionQuota()

    async def send(
        self,
        action: Action,
        expires_after: int | None,
        leaves: Callable[[], None] | None = None,
        *,
        urgent: bool = False,
    ) -> tuple[Answer, ...]:
        """One answer for each order of the action.

        `leaves` is called just before the action goes out. Raises SignerRefusedError and
        NotSentError (it did certainly not arrive), UnreachableError and NotUnderstoodError (nobody
        knows), RefusedRequestError (the venue could not read it).
        """
        count = _count(action)
        self._check_quota(action, count, urgent=urgent)
        signed = await self._signer.sign(action, expires_after)
        await self._throttle.take(weight_of_action(count), urgent=urgent)
        envelope = _Envelope(action, signed.nonce, signed.signature, None, expires_after)
        if leaves is not None:
            leaves()
        self.quota = self.quota.spent(count, self._monotonic())
        return answers(await self._posted(msgspec.json.encode(envelope)), count)

    async def _posted(self, body: bytes) -> ExchangeReply:
        try:
            content = await self._transport.post("/exchange", body)
        except TooMuchError:
            self._throttle.exhausted()
            raise
        try:
            return msgspec.json.decode(content, type=ExchangeReply)
        except msgspec.DecodeError as error:
            raise NotUnderstoodError(
                f"the answer to an action is not understood: {error}"
            ) from None

    def _check_quota(self, action: Action, count: int, *, urgent: bool) -> None:
        cancels = isinstance(action, CancelByCloid)
        wait = self.quota.wait(count, self._monotonic(), cancels=cancels, urgent=urgent)
        if wait:
            raise NotSentError(
                f"the account's quota of actions is used up: the next in {wait:.0f} s; it grows by"
                " one for each USD that is traded"
            )


def _count(action: Action) -> int:
    match action:
        case PlaceOrders():
            return len(action.orders)
        case CancelByCloid():
            return len(action.cancels)
        case _:
            return 1
