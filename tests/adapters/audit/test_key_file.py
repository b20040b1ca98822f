"""The private key is made once, kept from others, and never shown."""

from __future__ import annotations

import stat
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from scripts import verify_journal
from trimtab.adapters.audit.ed25519 import Ed25519Signer, is_public_key, is_signed
from trimtab.adapters.audit.key_file import make_key, signer
from trimtab.ports import AuditError
from trimtab.records.checkpoint import Checkpoint, signed_bytes

PLAIN = Checkpoint("demo/00ff", 3, "aa" * 32, "bb" * 32, "2026-11-24T04:17:01.123456Z", "")


def test_a_key_signs_and_its_public_half_checks(tmp_path: Path) -> None:
    public = make_key(tmp_path / "key.pem", "")
    hand = signer(tmp_path / "key.pem", "")
    signed = hand.signed(replace(PLAIN, key=public))
    assert hand.key == public
    assert is_public_key(public)
    assert is_signed(signed)
    assert not is_signed(replace(signed, size=4))
    assert not is_signed(replace(signed, key=make_key(tmp_path / "other.pem", "")))


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    make_key(file, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    with pytest.raises(AuditError, match=f"others may read .*: run `chmod 600 {file}`"):
        signer(file, "")


def test_one_that_is_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    make_key(file, "")
    before = file.read_bytes()
    with pytest.raises(AuditError, match="exists already and is kept"):
        make_key(file, "")
    assert file.read_bytes() == before


def test_with_a_passphrase_the_file_alone_is_of_no_use(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    public = make_key(file, "open sesame")
    assert b"ENCRYPTED" in file.read_bytes()
    assert signer(file, "open sesame").key == public
    with pytest.raises(AuditError, match=r"is locked: put its passphrase into .*_PASSPHRASE"):
        signer(file, "")
    with pytest.raises(AuditError, match="is not its passphrase") as told:
        signer(file, "open barley")
    assert "barley" not in str(told.value)


def test_a_passphrase_for_a_key_without_one_is_told(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem", "")
    with pytest.raises(AuditError, match="has no passphrase: unset"):
        signer(tmp_path / "key.pem", "open sesame")


def test_what_is_no_such_key_is_told_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    with pytest.raises(AuditError, match="no such key: `trimtab audit key"):
        signer(file, "")
    file.write_text("nonsense")
    file.chmod(0o600)
    with pytest.raises(AuditError, match="not a private key in PEM form"):
        signer(file, "")
    other = Ed448PrivateKey.generate()
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(AuditError, match="not an Ed25519 key"):
        signer(file, "")
    with pytest.raises(AuditError, match="cannot be written"):
        make_key(tmp_path / "none" / "key.pem", "")


def test_a_checkpoint_that_names_another_key_is_not_signed() -> None:
    hand = Ed25519Signer(Ed25519PrivateKey.generate())
    with pytest.raises(ValueError, match="names another, not ed25519:"):
        hand.signed(replace(PLAIN, key="another"))


def test_the_verifier_that_stands_alone_checks_signatures_as_the_library_does() -> None:
    for seed in range(3):
        hand = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))
        signed = hand.signed(replace(PLAIN, key=hand.key))
        assert is_signed(signed)
        unsigned, changed = replace(signed, signature=""), replace(signed, size=4)
        for one in (signed, unsigned, changed, distorted(signed)):
            alone = verify_journal.is_signed(one.key, one.signature, signed_bytes(one))
            assert alone == is_signed(one)


def test_the_verifier_that_stands_alone_passes_a_vector_of_rfc_8032() -> None:
    """The first of section 7.1."""
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    key, signed = "ed25519:" + based(public), based(signature)
    assert verify_journal.is_signed(key, signed, b"")
    assert not verify_journal.is_signed(key, signed, b"x")


def based(digits: str) -> str:
    """Hex as base64."""
    return b64encode(bytes.fromhex(digits)).decode()


def distorted(signed: Checkpoint) -> Checkpoint:
    """One character of the signature is another."""
    first = "A" if signed.signature[0] != "A" else "B"
    return replace(signed, signature=first + signed.signature[1:])


@pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", "ed25519:?"])
def test_what_is_no_public_key_is_none(text: str) -> None:
    assert not is_public_key(text)
    assert not is_signed(replace(PLAIN, key=text))
