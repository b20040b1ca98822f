"""The signer as a process: many senders, limits that hold, crashes, and doors that are shut."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.adapters.signer.given import (
    LIMITS,
    PASSPHRASE,
    USER,
    cancel,
    key_in,
    order,
    settings,
    venue,
)
from trimtab.adapters.hyperliquid.signing import SignerRefusedError
from trimtab.adapters.signer.__main__ import Start
from trimtab.adapters.signer.client import SignerClient
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.keystore import Argon2, lock
from trimtab.adapters.signer.limits import SignerLimits
from trimtab.adapters.signer.server import SignerSettings
from trimtab.adapters.signer.spawning import spawned
from trimtab.adapters.system_clock import SystemClock

PLENTY = replace(LIMITS, orders_a_minute=10**6, hourly_notional=Decimal(10**9))


def soon() -> int:
    return SystemClock().now() // 1000 + 10_000


@asynccontextmanager
async def signing(
    folder: Path, limits: SignerLimits = PLENTY
) -> AsyncGenerator[tuple[SignerClient, SignerSettings]]:
    """A client of a signer that runs as a process of its own."""
    async with venue() as server:
        key_in(folder)
        chosen = settings(folder, server.url, limits)
        context = spawned(chosen, PASSPHRASE)
        await asyncio.to_thread(context.__enter__)
        client = SignerClient(chosen.socket)
        try:
            yield client, chosen
        finally:
            await client.close()
            await asyncio.to_thread(context.__exit__, None, None, None)


async def test_eight_senders_at_once_get_nonces_of_their_own(tmp_path: Path) -> None:
    async with signing(tmp_path) as (_, chosen):
        clients = [SignerClient(chosen.socket) for _ in range(8)]
        signed = await asyncio.gather(
            *(one.sign(order(), soon()) for one in clients for _ in range(50))
        )
        nonces = [one.nonce for one in signed]
        assert len(set(nonces)) == 400
        assert len({one.signature.r for one in signed}) == 400
        for one in clients:
            await one.close()


async def test_the_process_refuses_what_is_beyond_its_limits(tmp_path: Path) -> None:
    async with signing(tmp_path, replace(LIMITS, orders_a_minute=3)) as (client, _):
        with pytest.raises(SignerRefusedError, match="order_notional"):
            await client.sign(order("100", "11"), soon())
        for _ in range(3):
            await client.sign(order(), soon())
        with pytest.raises(SignerRefusedError, match="order_rate"):
            await client.sign(order(), soon())
        # what reduces, and cancels, go on
        await client.sign(order(reduces=True), soon())
        await client.sign(cancel(), None)


async def test_a_signer_that_dies_is_told_and_its_follower_goes_on_with_higher_nonces(
    tmp_path: Path,
) -> None:
    async with venue() as server:
        key_in(tmp_path)
        chosen = settings(tmp_path, server.url, PLENTY)
        client = SignerClient(chosen.socket)
        first = await started(chosen)
        before = [(await client.sign(order(), soon())).nonce for _ in range(3)]
        first.send_signal(signal.SIGKILL)
        first.wait()
        with pytest.raises(SignerRefusedError, match="trimtab keys serve"):
            await client.sign(order(), soon())
        second = await started(chosen)
        after = [(await client.sign(order(), soon())).nonce for _ in range(3)]
        assert min(after) > max(before)
        await client.close()
        second.terminate()
        assert second.wait() == 0
        assert not exists(chosen.socket)


def exists(path: str) -> bool:
    return Path(path).exists()


async def started(chosen: SignerSettings) -> subprocess.Popen[bytes]:
    """A signer of its own, ready."""
    process = subprocess.Popen(  # noqa: ASYNC220 - it is there at once
        [sys.executable, "-m", "trimtab.adapters.signer"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(Start(chosen, PASSPHRASE)) + b"\n")
    process.stdin.flush()
    assert await asyncio.to_thread(process.stdout.readline)
    return process


async def test_the_signer_ends_with_its_parent(tmp_path: Path) -> None:
    async with venue() as server:
        key_in(tmp_path)
        process = await started(settings(tmp_path, server.url))
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.to_thread(process.wait, 10.0) == 0


async def test_the_process_shows_no_secret(tmp_path: Path) -> None:
    async with venue() as server:
        manager = key_in(tmp_path)
        process = await started(settings(tmp_path, server.url))
        seen = shown_of(process.pid)
        assert PASSPHRASE.encode() not in seen
        assert manager.secret(PASSPHRASE).hex().encode() not in seen
        process.terminate()
        process.wait()


def shown_of(process: int) -> bytes:
    """What anybody of the same user may read of a process."""
    return b"".join(Path(f"/proc/{process}/{name}").read_bytes() for name in ("cmdline", "environ"))


@pytest.mark.parametrize("role", ["user", "subAccount"])
async def test_a_master_key_is_refused_by_what_the_venue_says_of_it(
    role: str, tmp_path: Path
) -> None:
    async with venue(role) as server:
        key_in(tmp_path)
        with pytest.raises(KeyStoreError, match="can withdraw"):
            await asyncio.to_thread(enter, settings(tmp_path, server.url))


async def test_the_accounts_own_key_is_refused(tmp_path: Path) -> None:
    async with venue() as server:
        manager = key_in(tmp_path)
        own = replace(settings(tmp_path, server.url), user=manager.address)
        with pytest.raises(KeyStoreError, match="can withdraw"):
            await asyncio.to_thread(enter, own)


async def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    async with venue() as server:
        key_in(tmp_path)
        (tmp_path / "signer").mkdir(mode=0o750)
        with pytest.raises(KeyStoreError, match="chmod 700"):
            await asyncio.to_thread(enter, settings(tmp_path, server.url))


async def test_a_coin_that_the_venue_does_not_have_is_told_at_the_start(tmp_path: Path) -> None:
    async with venue() as server:
        key_in(tmp_path)
        limits = replace(LIMITS, symbols=("BTC", "MATIC"))
        with pytest.raises(KeyStoreError, match="MATIC"):
            await asyncio.to_thread(enter, settings(tmp_path, server.url, limits))


async def test_the_wrong_passphrase_and_a_key_that_is_in_use_are_told(tmp_path: Path) -> None:
    async with venue() as server:
        key_in(tmp_path)
        chosen = settings(tmp_path, server.url)
        with pytest.raises(KeyStoreError, match="is not its passphrase"):
            await asyncio.to_thread(enter, chosen, "wrong")
        first = await started(chosen)
        with pytest.raises(KeyStoreError, match="another signer"):
            await asyncio.to_thread(enter, chosen)
        first.terminate()
        first.wait()


def enter(chosen: SignerSettings, passphrase: str = PASSPHRASE) -> None:
    with spawned(chosen, passphrase):
        pass


def test_the_shipped_cost_of_a_passphrase_is_what_rfc_9106_recommends(tmp_path: Path) -> None:
    lock(tmp_path / "k", b"x" * 32, USER, PASSPHRASE, Argon2())
    assert CryptoKeyManager(tmp_path / "k").secret(PASSPHRASE) == b"x" * 32
    assert (Argon2().memory_kib, Argon2().passes, Argon2().lanes) == (65_536, 3, 4)
