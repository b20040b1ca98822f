"""The command in a process of its own, with a page."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from tests.builders.files import Files


class Demo:
    """Told apart from its parts only by what it says and answers."""

    def __init__(self, recorded: Files, journal: object, *options: object) -> None:
        """Returns when its page is served; it plays ten hours a second."""
        words = ("--port", "0", "--speed", "36000", "--journal", journal, *options)
        command = [sys.executable, "-m", "trimtab", "demo", *recorded.options(), *map(str, words)]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        match = re.search(r"http://[^ ]+", self.said("DEMO"))
        assert match is not None
        self._url = match.group().rstrip("/")

    @property
    def port(self) -> int:
        return int(self._url.rsplit(":", 1)[1])

    def said(self, words: str) -> str:
        """Its next line with these words."""
        assert self._process.stderr is not None
        return next(line for line in self._process.stderr if words in line)

    def ask(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self._url + path, timeout=30.0) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def end(self) -> tuple[int, str]:
        """Ctrl+C: its exit code, and the rest of what it said."""
        self._process.send_signal(signal.SIGINT)
        _, rest = self._process.communicate(timeout=60.0)
        return self._process.returncode, rest

    def kill(self) -> None:
        """As kill -9 does; nothing to one that has ended."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()
