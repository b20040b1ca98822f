"""The phase filter once more, in matrices and as slow as the textbook: what the kernel must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.context.phase_detector import PhaseParameters

DIRECTIONS = np.array([1.0, -1.0, 0.0, 0.0])


class ForwardFilter:
    """Eight places: four states in an early stage, then the same four in a late one."""

    def __init__(self, given: PhaseParameters) -> None:
        self.given = given
        self.belief = np.full(8, 1.0 / 8.0)
        self.heat = np.ones(8)
        self.strong = 0.5
        ending = 2.0 / (0.75 * given.spell)
        self.step = np.eye(8) * (1.0 - ending)
        self.step[np.arange(4), np.arange(4, 8)] = ending
        self.step[4:, :4] += ending / 4.0
        self.widths = np.array([1.0, given.bear, given.sideways, given.volatile])

    def _turn(self) -> None:
        """The heat of a state is the mean over all ways that lead to one of its two places."""
        ways = self.belief[:, np.newaxis] * self.step
        reached = ways.sum(axis=0)
        heated = (ways * self.heat[:, np.newaxis]).sum(axis=0)
        by_state = heated.reshape(2, 4).sum(axis=0) / reached.reshape(2, 4).sum(axis=0)
        self.belief, self.heat = reached, np.tile(by_state, 2)

    def wait(self) -> None:
        self._turn()
        lasting = self.given.reaction + self.given.memory
        self.heat = 1.0 - lasting + lasting * self.heat

    def see(self, x: float) -> None:
        self._turn()
        given, heat, predicted = self.given, self.heat[:4], self.belief
        z = x / self.widths

        def density(drift: float) -> NDArray[np.float64]:
            squared = (z - drift * DIRECTIONS) ** 2 / (3.0 * heat)
            found: NDArray[np.float64] = (1.0 + squared) ** -3.0 / (self.widths * np.sqrt(heat))
            return found

        weak, strong = density(given.weak), density(given.strong)
        mixed = (1.0 - self.strong) * weak + self.strong * strong
        self.belief = predicted * np.tile(mixed, 2)
        self.belief /= self.belief.sum()
        chance = predicted.reshape(2, 4).sum(axis=0)
        odds = self.strong * (chance @ strong), (1.0 - self.strong) * (chance @ weak)
        self.strong = odds[0] / sum(odds)
        self.strong += given.forget * (0.5 - self.strong)
        memory = given.memory * heat
        self.heat = np.tile(1.0 - given.reaction - given.memory + given.reaction * z**2 + memory, 2)
