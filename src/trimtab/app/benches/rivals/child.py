"""What runs in a rival's interpreter: bars from a file, figures and trades to another.

Arguments: the rival's module here, the file of bars, the file for the answer, runs.
"""

from __future__ import annotations

import gc
import json
import sys
from importlib import import_module
from importlib.metadata import version

import numpy as np

WARM_UP = 5_000
"""Rows of the run that compiles and fills caches; not counted."""


def main(rival: str, bars_file: str, answer_file: str, runs: str) -> None:
    module = import_module(f"{__package__}.{rival}")
    bars = np.load(bars_file)
    module.run(bars[:WARM_UP])
    taken = []
    for _ in range(int(runs)):
        gc.collect()
        taken.append(module.run(bars))
    answer = {
        "version": version(module.PACKAGE),
        "cpu_s": [one.cpu_s for one in taken],
        "trades": taken[-1].trades,
    }
    with open(answer_file, "w", encoding="utf-8") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
