"""A PostgreSQL server for the tests: one of their own, or the one that the environment names."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.builders.servers import missing

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
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="trimtab-postgres-"))
    try:
        with _running(programs, folder) as port:
            yield Server(f"postgresql://{USER}@127.0.0.1:{port}/postgres")
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


@contextmanager
def _running(programs: Path, folder: Path) -> Generator[int]:
    """A new server on a free port, with passwords; the environment knows the right one."""
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if user:
        for path in (folder, secret):
            shutil.chown(path, user)
    data, port = folder / "data", _free_port()
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", secret,
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, capture_output=True, user=user,
    )  # fmt: skip
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-k {folder} -h 127.0.0.1 -p {port}"
    subprocess.run(
        [*control, "-l", folder / "log", "-o", options, "start"],
        check=True, stdout=subprocess.DEVNULL, user=user,
    )  # fmt: skip
    os.environ["PGPASSWORD"] = PASSWORD
    try:
        yield port
    finally:
        del os.environ["PGPASSWORD"]
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, user=user
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
