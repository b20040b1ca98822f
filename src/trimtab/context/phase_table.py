"""What the phase detector has learnt. Written by `trimtab lab train-phase`, not by hand."""

from __future__ import annotations

VERSION = 1
WEAK = 0.1
STRONG = 0.257
BEAR = 1.3
SIDEWAYS = 0.662
VOLATILE = 2.38
UNIT = 1.02
REACTION = 0.0942
MEMORY = 0.858
SPELL = 115.0
MARGIN = 0.3
CONFIDENCE = (0.0, 0.101, 0.199, 0.273, 0.379, 0.469, 0.565, 0.666, 0.787, 0.881, 0.991)
