"""What the phase detector has learnt. Written by `trimtab lab train-phase`, not by hand."""

from __future__ import annotations

VERSION = 1
WEAK = 0.0883
STRONG = 0.268
BEAR = 1.31
SIDEWAYS = 0.632
VOLATILE = 2.37
UNIT = 1.04
REACTION = 0.0909
MEMORY = 0.86
SPELL = 96.5
MARGIN = 0.33
CONFIDENCE = (0.039, 0.091, 0.185, 0.3, 0.393, 0.469, 0.584, 0.67, 0.772, 0.885, 1.0)
