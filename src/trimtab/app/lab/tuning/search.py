"""The search: trials in one process or several, until there are as many as were asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context

from msgspec import Struct
from optuna.study import MaxTrialsCallback, Study
from optuna.trial import FrozenTrial, Trial, TrialState

from trimtab.app.lab.tuning.space import Space, candidate_of, settings_with
from trimtab.app.lab.tuning.study import (
    FIRST_DAY,
    PROFITS,
    TRADES,
    DrawnBeforehand,
    Terms,
    asked_of,
    complete,
    opened,
)
from trimtab.app.lab.tuning.trial import outcome_with
from trimtab.app.output import progress_bar
from trimtab.app.recording import Files, Recording, read_recording
from trimtab.app.settings import Settings
from trimtab.domain.units import Micros
from trimtab.lab.tuning.choosing import score
from trimtab.lab.tuning.folds import Fold, folds


class Search(Struct, frozen=True):
    """All that a process needs to take part."""

    files: Files
    settings: Settings
    space: Space
    begin: Micros | None
    study: str
    terms: Terms
    trials: int
    purge: int
    """Days that a position lives."""

    def walk(self, days: int) -> list[Fold]:
        """Raises ValueError where the days do not suffice."""
        return folds(days, self.terms.folds, self.purge + self.terms.embargo)

    def open(self) -> Study:
        """Raises UserError."""
        default = candidate_of(self.settings, tuple(self.space))
        shipped = candidate_of(Settings(), tuple(self.space))
        sampler = DrawnBeforehand(self.space, default, shipped, self.terms.seed)
        study = opened(self.study, self.terms, sampler)
        if study.trials and all(one.params != default for one in study.trials):
            study.enqueue_trial(default)  # it was ended before it knew what it tries
        return study


def search(asked: Search, recording: Recording, workers: int) -> Study:
    """Tries until `asked.trials` are complete. Raises UserError."""
    study = asked.open()
    others = [
        get_context("spawn").Process(target=_take_part, args=(asked, os.getpid()), daemon=True)
        for _ in range(workers - 1)
    ]
    for other in others:
        other.start()
    with progress_bar("tune", asked.trials) as told:
        told(len(complete(study)))
        _try(asked, study, recording, lambda: told(len(complete(study))))
        for other in others:
            other.join()
        told(asked.trials)
    return study


def _take_part(asked: Search, parent: int) -> None:
    """In a process of its own, which ends when its parent has gone."""
    study = asked.open()

    def end_with_parent() -> None:
        if os.getppid() != parent:
            study.stop()

    _try(asked, study, read_recording(asked.files), end_with_parent)


def _try(asked: Search, study: Study, recording: Recording, after: Callable[[], None]) -> None:
    if len(complete(study)) >= asked.trials:
        return

    def objective(trial: Trial) -> float:
        settings = settings_with(asked.settings, asked_of(trial, asked.space))
        found = outcome_with(recording, settings, asked.begin)
        trial.set_user_attr(FIRST_DAY, found.first_day)
        trial.set_user_attr(TRADES, found.trades.tolist())
        trial.set_user_attr(PROFITS, found.profits.tolist())
        # The last fold has no say, not even in the number that the study shows.
        days = asked.walk(len(found.profits))[-1].chosen_by
        return score(found.profits[:days], asked.purge)

    def told(_study: Study, _trial: FrozenTrial) -> None:
        after()

    enough = MaxTrialsCallback(asked.trials, states=(TrialState.COMPLETE,))
    study.optimize(objective, callbacks=[enough, told])
