"""Anchors over real sockets and files: they take, know what they have, and tell what is wrong."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.builders.checkpoints import signer
from trimtab.adapters.audit.checkpoint_file import CheckpointFile, FileAnchor
from trimtab.adapters.audit.mail_anchor import MailAnchor, MailServer
from trimtab.adapters.audit.sent import Sent
from trimtab.adapters.audit.webhook_anchor import WebhookAnchor
from trimtab.ports import AuditError
from trimtab.records.checkpoint import Checkpoint, found_in, text_of

ORIGIN = "bot/00ff00ff00ff00ff"


def checkpoint(size: int) -> Checkpoint:
    plain = Checkpoint(
        ORIGIN, size, "aa" * 32, "bb" * 32, "2026-11-24T04:17:01.123456Z", signer().key
    )
    return signer().signed(plain)


ONE, TWO = checkpoint(1), checkpoint(2)


def test_a_file_takes_all_and_knows_the_newest_of_each_journal(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "anchor.txt")
    assert anchor.holds(ORIGIN) == 0
    anchor.take([ONE, TWO])
    assert (anchor.holds(ORIGIN), anchor.holds("another/0")) == (2, 0)


def test_a_file_that_a_crash_cut_off_anywhere_goes_on_after_it(tmp_path: Path) -> None:
    path = tmp_path / "anchor.txt"
    for cut in range(len(text_of(TWO))):
        path.write_text(text_of(ONE) + text_of(TWO)[:cut], encoding="utf-8")
        CheckpointFile(path).append([checkpoint(3)])
        found = CheckpointFile(path).read()
        sizes = [one.size for one in found.checkpoints]
        assert sizes == ([1, 2, 3] if cut == len(text_of(TWO)) - 1 else [1, 3])
        assert found.unreadable == ()


def test_a_file_that_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "none" / "anchor.txt")
    with pytest.raises(AuditError, match=r"anchor.txt: cannot be written: No such file"):
        anchor.take([ONE])
    with pytest.raises(AuditError, match="cannot be read: Is a directory"):
        FileAnchor(tmp_path).holds(ORIGIN)


class Hook(BaseHTTPRequestHandler):
    """Keeps what it is told; answers as it was asked to."""

    answer = 200
    told: list[tuple[str, str | None, str]] = []  # noqa: RUF012 - of the subclass of each test

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.told.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def serving(server: socketserver.TCPServer) -> Generator[int]:
    """Its port on this machine."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.socket.getsockname()[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hook(status: int) -> Generator[tuple[int, type[Hook]]]:
    """A web service that answers so, and what it was told."""

    class Fresh(Hook):
        answer = status
        told: list[tuple[str, str | None, str]] = []  # noqa: RUF012

    with serving(HTTPServer(("127.0.0.1", 0), Fresh)) as port:
        yield port, Fresh


def test_a_web_service_is_told_the_newest_and_its_size_is_remembered(tmp_path: Path) -> None:
    with hook(204) as (port, service):
        anchor = WebhookAnchor(
            f"http://127.0.0.1:{port}/a/b?c=d", "s3cret", Sent(tmp_path / "sent")
        )
        anchor.take([ONE, TWO])
    assert service.told == [("/a/b?c=d", "Bearer s3cret", text_of(TWO))]
    assert WebhookAnchor("https://example.org", "", Sent(tmp_path / "sent")).holds(ORIGIN) == 2


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_web_service_that_refuses_has_nothing(status: int, tmp_path: Path) -> None:
    with hook(status) as (port, _):
        anchor = WebhookAnchor(
            f"http://127.0.0.1:{port}/secret-path", "s3cret", Sent(tmp_path / "sent")
        )
        with pytest.raises(AuditError, match=f"answers {status}: check") as told:
            anchor.take([ONE])
    assert anchor.holds(ORIGIN) == 0
    assert "s3cret" not in str(told.value)
    assert "secret-path" not in str(told.value)
    with pytest.raises(AuditError, match=r"cannot be told: .*refused"):
        anchor.take([ONE])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/a", "http://example.org: use https://HOST/PATH"),
        ("https:///a", "use https://HOST/PATH"),
        ("https://ada:s3cret@example.org", "the anchor at example.org: no secret in a URL"),
        ("https://example.org:x/", "write https://HOST/PATH"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=words) as told:
        WebhookAnchor(url, "", Sent(tmp_path / "sent"))
    assert "s3cret" not in str(told.value)


class Postman(socketserver.StreamRequestHandler):
    """As much of SMTP as one mail needs."""

    mails: list[str] = []  # noqa: RUF012 - of the subclass of each test
    refuses = False

    def handle(self) -> None:
        self.say("220 postman")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                self.mails.append(self.mail())
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("550 no" if self.refuses and word == b"RCPT" else "250 ok")

    def mail(self) -> str:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines).decode()

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def postman(*, refusing: bool = False) -> Generator[tuple[MailServer, list[str]]]:
    """A mail server, and the mails that it got."""

    class Fresh(Postman):
        mails: list[str] = []  # noqa: RUF012
        refuses = refusing

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Fresh)) as port:
        names = {"HOST": "127.0.0.1", "PORT": str(port), "FROM": "bot@example.org"}
        yield (
            MailServer.of({f"TRIMTAB_SMTP_{key}": value for key, value in names.items()}),
            Fresh.mails,
        )


def test_a_mailbox_gets_the_newest_and_the_mail_itself_is_an_anchor(tmp_path: Path) -> None:
    with postman() as (server, mails):
        anchor = MailAnchor("auditor@example.org", server, Sent(tmp_path / "sent"))
        anchor.take([ONE, TWO])
    assert anchor.holds(ORIGIN) == 2
    assert len(mails) == 1
    assert f"Subject: Checkpoint of {ORIGIN}: 2 rows" in mails[0]
    assert found_in(mails[0]).checkpoints == (TWO,)


def test_a_mail_that_is_refused_was_not_sent(tmp_path: Path) -> None:
    with postman(refusing=True) as (server, mails):
        anchor = MailAnchor("auditor@example.org", server, Sent(tmp_path / "sent"))
        with pytest.raises(AuditError, match=r"127\.0\.0\.1 does not take the mail"):
            anchor.take([ONE])
    assert (anchor.holds(ORIGIN), mails) == (0, [])


def test_a_mail_server_that_is_not_named_well_is_told() -> None:
    with pytest.raises(AuditError, match="TRIMTAB_SMTP_FROM is not set"):
        MailServer.of({})
    with pytest.raises(AuditError, match="TRIMTAB_SMTP_PORT is 'x': it must be a whole number"):
        MailServer.of({"TRIMTAB_SMTP_PORT": "x"})


def test_what_was_sent_survives_and_a_damaged_note_only_sends_again(tmp_path: Path) -> None:
    sent = Sent(tmp_path / "sent")
    sent.store("one", 3)
    sent.store("two", 4)
    assert (sent.size("one"), sent.size("two"), sent.size("three")) == (3, 4, 0)
    (tmp_path / "sent").write_text("{", encoding="utf-8")
    assert sent.size("one") == 0
    with pytest.raises(AuditError, match="cannot be written"):
        Sent(tmp_path / "none" / "sent").store("one", 1)
