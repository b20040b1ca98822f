"""One small recorded market for all tests of commands."""

from __future__ import annotations

import pytest

from tests.builders.files import Files, write_world


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Files that no test may change."""
    return write_world(tmp_path_factory.mktemp("recorded"))
