"""Fitted models of phases from other libraries, where they are installed beside trimtab.

They are fitted to other markets of the very family that they are scored on, and their states are
named by the truth of those: both in their favour. They name each bar from what came before it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.lab.regimes import VOLATILE
from trimtab.lab.scores.phase_features import phase_features
from trimtab.lab.scores.phase_markets import PhaseMarkets
from trimtab.lab.scores.phase_rivals import Rival

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
States = Callable[[Floats], Labels]
"""features[row, 9] of one market to the fitted state of each row."""

PHASES = VOLATILE + 1
PENALTY = 40.0
"""Of a jump, at strength 1."""


def library_rivals(teaching: PhaseMarkets) -> dict[str, Rival]:
    """By name, fitted; none for a library that is not installed."""
    rivals = dict[str, Rival]()
    if find_spec("hmmlearn") is not None:
        states = _hidden_markov(teaching)
        rivals["hmmlearn"] = lambda moves, _: _named(states, teaching, moves)
    if find_spec("jumpmodels") is not None:
        rivals["jumpmodels"] = lambda moves, strength: _named(
            _jumping(teaching, PENALTY * strength), teaching, moves
        )
    return rivals


def _named(states: States, teaching: PhaseMarkets, moves: Floats) -> Labels:
    """Each state means the phase that ruled most often when it was found in the teaching."""
    found = _each(states, teaching.moves)
    counts = np.zeros((PHASES, PHASES))
    np.add.at(counts, (found.ravel(), teaching.regimes.ravel()), 1.0)
    meaning = counts.argmax(axis=1)
    labels: Labels = meaning[_each(states, moves)]
    return labels


def _each(states: States, moves: Floats) -> Labels:
    markets = range(moves.shape[1])
    return np.column_stack([states(phase_features(moves[:, one])) for one in markets])


def _stacked(teaching: PhaseMarkets) -> Floats:
    markets = range(teaching.moves.shape[1])
    return np.concatenate([phase_features(teaching.moves[:, one]) for one in markets])


def _hidden_markov(teaching: PhaseMarkets) -> States:
    library: Any = import_module("hmmlearn.hmm")
    model = library.GaussianHMM(PHASES, "diag", n_iter=40, random_state=0)
    model.fit(_stacked(teaching), [len(teaching.moves)] * teaching.moves.shape[1])
    means, variances = model.means_, model.covars_.diagonal(axis1=1, axis2=2)
    chances = model.transmat_

    def states(features: Floats) -> Labels:
        """By the forward recursion: the library's own prediction knows the future."""
        squares = (features[:, np.newaxis] - means) ** 2 / variances
        fits = -0.5 * (squares + np.log(variances)).sum(axis=2)
        belief, found = np.full(PHASES, 1.0 / PHASES), np.empty(len(features), np.int64)
        for row, fit in enumerate(fits):
            belief = belief @ chances * np.exp(fit - fit.max()) + 1e-300
            belief /= belief.sum()
            found[row] = belief.argmax()
        return found

    return states


def _jumping(teaching: PhaseMarkets, penalty: float) -> States:
    library: Any = import_module("jumpmodels.jump")
    model = library.JumpModel(n_components=PHASES, jump_penalty=penalty, random_state=0)
    stacked = _stacked(teaching)
    centre, width = stacked.mean(axis=0), stacked.std(axis=0)
    model.fit((stacked - centre) / width)

    def states(features: Floats) -> Labels:
        return np.asarray(model.predict_online((features - centre) / width)).astype(np.int64)

    return states
