"""Gradient-boosted trees as a learner; they need the extra `trimtab[lab]`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.app.errors import UserError
from trimtab.lab.forecasting.learners import Learner, Predictor

Floats = NDArray[np.float64]

TREES, LEAVES, SMALLEST_LEAF = 80, 15, 200


def gradient_boosting() -> Learner:
    """Raises UserError where scikit-learn is not installed."""
    if find_spec("sklearn") is None:
        raise UserError(
            "gbm needs scikit-learn: pip install 'trimtab[lab]', or leave gbm out of --models"
        )
    ensemble: Any = import_module("sklearn.ensemble")
    threads: Any = import_module("threadpoolctl")

    def learn(features: Floats, moves: Floats) -> Predictor:
        model = ensemble.HistGradientBoostingRegressor(
            max_iter=TREES,
            max_leaf_nodes=LEAVES,
            min_samples_leaf=SMALLEST_LEAF,
            early_stopping=False,
            random_state=0,
        )
        # One thread: sums of several come in the order in which they end.
        with threads.threadpool_limits(1):
            model.fit(features, moves)

        def predict(asked: Floats) -> Floats:
            with threads.threadpool_limits(1):
                return np.asarray(model.predict(asked), np.float64)

        return predict

    return learn
