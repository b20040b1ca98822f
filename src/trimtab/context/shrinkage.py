"""A correlation matrix that can be inverted: what was measured, shrunk towards one value for all.

Ledoit & Wolf (2004, Honey, I shrunk the sample covariance matrix) shrink towards a constant
correlation; the weight of it is the one of Schaefer & Strimmer (2005): the summed variances of the
measured correlations over their summed squared distances from the mean.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_EIGENVALUE = 1e-6


def shrunk(correlations: Floats, variances: Floats, coins: int) -> Floats:
    """Positive definite correlation[coin, coin] of correlations[pair] and their variances.

    Pairs are ordered as in the correlation kernel. A pair that is not known (NaN) gets the mean of
    the others; without any, no coin is correlated with another.
    """
    known = np.isfinite(correlations) & np.isfinite(variances)
    target = float(correlations[known].mean()) if known.any() else 0.0
    distances = np.where(known, correlations - target, 0.0)
    scatter = float((distances**2).sum())
    doubt = float(variances[known].sum())
    kept = max(0.0, 1.0 - doubt / scatter) if scatter > 0.0 else 0.0
    matrix = np.eye(coins)
    rows, columns = _below_the_diagonal(coins)
    matrix[rows, columns] = matrix[columns, rows] = target + kept * distances
    return _made_definite(matrix)


@cache
def _below_the_diagonal(coins: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = np.tril_indices(coins, -1)
    return rows, columns


def _made_definite(matrix: Floats) -> Floats:
    """With eigenvalues of at least `LEAST_EIGENVALUE`, and ones on the diagonal again."""
    values, vectors = np.linalg.eigh(matrix)
    if len(values) == 0 or values[0] >= LEAST_EIGENVALUE:
        return matrix
    lifted = (vectors * np.maximum(values, 2.0 * LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    definite: Floats = lifted / np.outer(scale, scale)
    return definite
