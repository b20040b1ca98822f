"""Keys at rest: only with the passphrase, only for their owner, and never a master's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.signer.given import PASSPHRASE, QUICK, key_in
from trimtab.adapters.signer.crypto_key_manager import (
    CryptoKeyManager,
    address_of,
    refuse_master,
)
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.nonces import AHEAD, Nonces

SECRET = bytes(range(1, 33))


def test_a_key_comes_back_with_its_passphrase(tmp_path: Path) -> None:
    manager = CryptoKeyManager(tmp_path / "agent.key", QUICK)
    assert manager.bring("0x" + SECRET.hex(), PASSPHRASE) == address_of(SECRET)
    assert manager.secret(PASSPHRASE) == SECRET
    assert manager.address == address_of(SECRET)


def test_the_file_holds_no_key_and_is_its_owners_alone(tmp_path: Path) -> None:
    manager = CryptoKeyManager(tmp_path / "agent.key", QUICK)
    manager.bring(SECRET.hex(), PASSPHRASE)
    content = manager.path.read_bytes()
    assert SECRET not in content
    assert SECRET.hex().encode() not in content.lower()
    assert manager.path.stat().st_mode & 0o777 == 0o600
    assert SECRET.hex() not in repr(manager)


SPOILT: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.chmod(0o644), "chmod 600"),
    (lambda path: path.write_bytes(b"{}"), "not a key"),
    (lambda path: path.write_bytes(path.read_bytes().replace(b'"0x', b'"1x')), "was changed"),
    (Path.unlink, "no such key"),
]


@pytest.mark.parametrize(
    ("spoil", "words"),
    SPOILT,
    ids=["open to others", "something else", "another address", "absent"],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(
    spoil: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    manager = key_in(tmp_path)
    spoil(manager.path)
    with pytest.raises(KeyStoreError, match=words):
        manager.secret(PASSPHRASE)


def test_another_passphrase_opens_nothing_and_no_passphrase_locks_nothing(tmp_path: Path) -> None:
    manager = key_in(tmp_path)
    with pytest.raises(KeyStoreError, match="is not its passphrase"):
        manager.secret("wrong")
    with pytest.raises(KeyStoreError, match="exists already"):
        manager.create(PASSPHRASE)
    with pytest.raises(KeyStoreError, match="without a passphrase"):
        CryptoKeyManager(tmp_path / "other.key", QUICK).create("")


@pytest.mark.parametrize("text", ["", "0x12", "z" * 64, "00" * 32])
def test_what_is_no_key_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="key"):
        CryptoKeyManager(tmp_path / "agent.key", QUICK).bring(text, PASSPHRASE)
    assert not (tmp_path / "agent.key").exists()


@pytest.mark.parametrize("role", ["user", "subAccount", "vault"])
def test_a_key_that_can_withdraw_is_refused(role: str) -> None:
    agent, user = "0x" + "1" * 40, "0x" + "2" * 40
    with pytest.raises(KeyStoreError, match="can withdraw"):
        refuse_master(user.upper().replace("0X", "0x"), user, "agent")
    with pytest.raises(KeyStoreError, match="can withdraw"):
        refuse_master(agent, user, role)
    refuse_master(agent, user, "agent")
    refuse_master(agent, user, "missing")


def test_nonces_rise_over_restarts_and_clocks_that_go_back(tmp_path: Path) -> None:
    drawn: list[int] = []
    for now in (5_000, 5_000, 1_000, 40_000, 2_000):
        nonces = Nonces(tmp_path / "n", lambda now=now: now)  # type: ignore[misc]
        drawn += [nonces.draw() for _ in range(3)]
        nonces.close()  # also as a process that dies leaves it: nothing is written at the end
    assert drawn == sorted(set(drawn))
    assert max(drawn) < 40_000 + 3 * AHEAD


def test_nonces_go_with_the_clock_however_many_are_drawn(tmp_path: Path) -> None:
    now = 1_000
    nonces = Nonces(tmp_path / "n", lambda: now)
    drawn = [nonces.draw() for _ in range(3 * AHEAD)]
    assert drawn == list(range(1_000, 1_000 + 3 * AHEAD))
    nonces.close()


def test_two_signers_do_not_share_a_key(tmp_path: Path) -> None:
    nonces = Nonces(tmp_path / "n", lambda: 1)
    with pytest.raises(KeyStoreError, match="another signer"):
        Nonces(tmp_path / "n", lambda: 1)
    nonces.close()
    Nonces(tmp_path / "n", lambda: 1).close()


def test_a_nonce_file_that_holds_something_else_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("soon")
    with pytest.raises(KeyStoreError, match="'soon'"):
        Nonces(tmp_path / "n", lambda: 1)
