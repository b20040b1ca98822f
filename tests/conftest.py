"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.builders.postgres import Server, server
from trimtab.app import kernel_cache

kernel_cache.use()  # before anything compiles

settings.register_profile("trimtab", deadline=None, print_blob=True)
settings.load_profile("trimtab")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started for the first test that asks for it."""
    with server() as running:
        yield running
