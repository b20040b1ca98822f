"""What the phase detector has learnt. Written by `trimtab lab train-phase`, not by hand."""

from __future__ import annotations

WEAK = 0.1
STRONG = 0.3
BEAR = 1.3
SIDEWAYS = 0.6
VOLATILE = 2.4
UNIT = 1.006
REACTION = 0.08
MEMORY = 0.87
SPELL = 100.0
MARGIN = 0.35
CONFIDENCE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
