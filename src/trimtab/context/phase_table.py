"""What the phase detector has learnt. Written by `trimtab lab train-phase`, not by hand."""

from __future__ import annotations

VERSION = 1
WEAK = 0.0911
STRONG = 0.255
BEAR = 1.31
SIDEWAYS = 0.666
VOLATILE = 2.42
UNIT = 1.06
REACTION = 0.0875
MEMORY = 0.863
SPELL = 95.1
MARGIN = 0.31
CONFIDENCE = (0.0, 0.134, 0.203, 0.305, 0.377, 0.469, 0.581, 0.668, 0.769, 0.881, 1.0)
