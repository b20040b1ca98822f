"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

from trimtab.app import kernel_cache

kernel_cache.use()  # before anything compiles

settings.register_profile("trimtab", deadline=None, print_blob=True)
settings.load_profile("trimtab")
