"""What runs in a rival's interpreter: bars from a file, figures and trades to another.

Arguments: the rival's module here, the file of bars, the file for the answer, runs.
"""

from __future__ import annotations

import gc
import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ENOUGH_S = 20.0
"""CPU-seconds after which a slow one is not run again."""
WARM_UP = 5_000
"""Rows of the run that compiles and fills caches; not counted."""


def main(rival: str, bars_file: str, answer_file: str, runs: str) -> None:
    module = import_module(f"{__package__}.{rival}")
    bars = np.load(bars_file)
    module.run(bars[:WARM_UP])
    taken: list[Any] = []
    while len(taken) < int(runs) and sum(one.cpu_s for one in taken) < ENOUGH_S:
        gc.collect()
        taken.append(module.run(bars))
    answer = {
        "version": version(module.PACKAGE),
        "cpu_s": [one.cpu_s for one in taken],
        "trades": taken[-1].trades,
    }
    Path(answer_file).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
