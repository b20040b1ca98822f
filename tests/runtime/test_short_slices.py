"""The engine may ask for shorter slices of the CPU; nothing else about its thread changes."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os
from trimtab.runtime.short_slices import ask_for_short_slices
os.nice({nice})
before = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
ask_for_short_slices()
assert (os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)) == before == (0, {nice})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asked of Linux only")
@pytest.mark.parametrize("nice", [0, 7])
def test_a_thread_that_asks_keeps_its_policy_and_its_priority(nice: int) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(nice=nice)], check=True)
