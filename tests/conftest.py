"""What holds for all tests."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from hypothesis import settings

settings.register_profile("trimtab", deadline=None, print_blob=True)
settings.load_profile("trimtab")

if find_spec("trimtab.app.kernel_cache"):
    import_module("trimtab.app.kernel_cache").use()
