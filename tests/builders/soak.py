"""How many rounds a long test takes: a few each time, all of them in `make soak`."""

from __future__ import annotations

import os

SOAKING = os.environ.get("TRIMTAB_SOAK") == "1"


def rounds(smoke: int, full: int) -> int:
    """`smoke` in the everyday loop, `full` where TRIMTAB_SOAK=1."""
    return full if SOAKING else smoke
