"""The kernel of all analyzers: each row goes through one after another, until something happens.

Their states lie in one piece of memory: a copy of all is one copy, and a call has few arguments.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context import (
    correlation_arrays,
    correlation_kernel,
    phase_kernel,
    volatility_kernel,
    volume_kernel,
)
from trimtab.context.cells import Dials
from trimtab.domain.observations import Bars

PHASE, VOLATILITY, VOLUME, CORRELATION = 1, 2, 4, 8
"""Who saw something happen: the sum of these."""

_phase_sees = phase_kernel.see_row
_volatility_sees = volatility_kernel.see_row
_volume_sees = volume_kernel.see_row
_correlation_sees = correlation_kernel.see_row
_PLANES = correlation_arrays.PLANES
_OF_PHASE, _OF_VOLATILITY = phase_kernel.CELL, volatility_kernel.CELL
_OF_VOLUME, _OF_CORRELATION = volume_kernel.CELL, correlation_arrays.CELL


@njit(cache=True, error_model="numpy")
def run(
    memory: NDArray[np.uint8],
    ends: NDArray[np.int64],
    bars: Bars,
    start: int,
    limit: int,
    phase_dials: Dials,
    volatility_dials: Dials,
    volume_dials: Dials,
    correlation_dials: Dials,
) -> tuple[int, int]:
    """Consume rows until something happens; the row to go on from, and who saw it?

    `memory` holds the means of the correlation tracker, then the cells of phase, volatility,
    volume and correlation; `ends` says where each ends.
    """
    means = memory[: ends[0]].view(np.float64).reshape((_PLANES, ends[0] // (8 * _PLANES)))
    phase = memory[ends[0] : ends[1]].view(_OF_PHASE)
    volatility = memory[ends[1] : ends[2]].view(_OF_VOLATILITY)
    volume = memory[ends[2] : ends[3]].view(_OF_VOLUME)
    correlation = memory[ends[3] : ends[4]].view(_OF_CORRELATION)
    desk = np.empty((5, means.shape[1]))
    row, fired = start, 0
    while row < limit and fired == 0:
        if _phase_sees(phase, bars, row, phase_dials[0]):
            fired += PHASE
        if _volatility_sees(volatility, bars, row, volatility_dials[0]):
            fired += VOLATILITY
        if _volume_sees(volume, bars, row, volume_dials[0]):
            fired += VOLUME
        if _correlation_sees(correlation, means, desk, bars, row, correlation_dials[0]):
            fired += CORRELATION
        row += 1
    return row, fired
