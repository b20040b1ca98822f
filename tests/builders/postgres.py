"""A PostgreSQL server for the tests: one of their own, or the one that the environment names."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.builders.servers import free_port, missing

GIVEN = "TRIMTAB_TEST_POSTGRES"
"""URL of a database that the tests may fill; its password, if any, in PGPASSWORD."""

USER = "ada"
PASSWORD = "correct horse"  # noqa: S105

_schemas = count(1)


class Server(NamedTuple):
    """Where it is."""

    url: str

    def place(self, bot: str | None = None) -> str:
        """A schema that nobody has used yet."""
        of = f"&bot={bot}" if bot else ""
        return f"{self.url}?schema=t{os.getpid()}_{next(_schemas)}{of}"


@contextmanager
def server() -> Generator[Server]:
    """Skips the test where there is neither a URL nor PostgreSQL."""
    if url := os.environ.get(GIVEN):
        yield Server(url)
        return
    folder = Path(tempfile.mkdtemp(prefix="trimtab-postgres-"))
    try:
        with running(folder, folder / "data") as control:
            yield Server(control.url)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        missing(f"PostgreSQL is not installed: install it, or name a server in {GIVEN}")
    return Path(on_path).resolve().parent


class Control(NamedTuple):
    """A server of the tests' own, which may be stopped and started again."""

    programs: Path
    folder: Path
    """Of its log and its socket."""
    data: Path
    port: int

    @property
    def url(self) -> str:
        """Of a database that the tests may fill."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def initialise(self, *options: str) -> None:
        """Makes its files."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        _hand_over(secret)
        subprocess.run(
            [self.programs / "initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256",
             "--pwfile", secret, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *options],
            check=True, capture_output=True, user=_user(),
        )  # fmt: skip

    def start(self) -> None:
        """Returns when it answers."""
        options = f"-k {self.folder} -h 127.0.0.1 -p {self.port}"
        self._do("-l", self.folder / "log", "-o", options, "start").check_returncode()

    def stop(self) -> None:
        """At once, as the power cord would; nothing to one that has died."""
        self._do("-m", "immediate", "stop")

    def _do(self, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
        command = [self.programs / "pg_ctl", "-D", self.data, "-w", *words]
        quiet = subprocess.DEVNULL
        return subprocess.run(command, check=False, stdout=quiet, stderr=quiet, user=_user())


@contextmanager
def running(folder: Path, data: Path, *options: str) -> Generator[Control]:
    """A new server on a free port, with passwords; the environment knows the right one.

    `options` are those of initdb. The folders become the server's own. Skips the test where
    PostgreSQL is not installed.
    """
    control = Control(_programs(), folder, data, free_port())
    before = os.environ.get("PGPASSWORD")
    for own in (folder, data.parent):
        _hand_over(own)
    control.initialise(*options)
    control.start()
    os.environ["PGPASSWORD"] = PASSWORD
    try:
        yield control
    finally:
        del os.environ["PGPASSWORD"]
        if before is not None:
            os.environ["PGPASSWORD"] = before
        control.stop()


def _user() -> str | None:
    """It refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _hand_over(path: Path) -> None:
    if (user := _user()) is not None:
        shutil.chown(path, user)
