"""The record of all trials: an Optuna study in an SQLite file or on a server.

Every trial is kept, the poor ones too: how good the best one is can only be said beside all others.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import optuna
from msgspec import Struct
from numpy.typing import NDArray
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
)
from optuna.samplers import BaseSampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from trimtab.app.errors import UserError
from trimtab.app.lab.tuning.space import Candidate, Range, Space, drawn
from trimtab.app.places import check_without_secret
from trimtab.domain.units import Micros
from trimtab.lab.tuning.choosing import Tried

NAME = "trimtab"
TERMS = "terms"
PROFITS, TRADES, FIRST_DAY = "profits", "trades", "first_day"
"""What is kept of a trial beside its candidate and its score."""
HEARTBEAT_S, GRACE_S = 2, 15
"""How often a trial says that it lives, and after how long a silent one is tried again."""
RETRIES = 3


class Terms(Struct, frozen=True):
    """What all trials of a study have in common; a trial under other terms does not belong to it."""

    data: str
    """Fingerprint of the record."""
    begin: int | None
    locked_from: int | None
    settings: str
    """Hash of what is not searched."""
    space: dict[str, Any]
    seed: int
    folds: int
    embargo: int


class DrawnBeforehand(BaseSampler):
    """Gives trial n the n-th candidate, but trial 0 the settings as they were.

    Where those are not the settings as shipped, trial 1 is given these.
    """

    def __init__(self, space: Space, default: Candidate, shipped: Candidate, seed: int) -> None:
        self._space, self._seed = space, seed
        self._known = (default,) if default == shipped else (default, shipped)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        del study, trial
        return distributions(self._space)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        del study, search_space
        return self.candidate(trial.number)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        del study, param_distribution
        return self.candidate(trial.number)[param_name]

    def candidate(self, number: int) -> Candidate:
        """What trial `number` is to try."""
        if number < len(self._known):
            return self._known[number]
        return drawn(self._space, self._seed, number)


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The ranges in the study's own words."""
    return {
        key: FloatDistribution(one.low, one.high, log=one.log)
        if isinstance(one, Range)
        else CategoricalDistribution(one.values)
        for key, one in space.items()
    }


def asked_of(trial: Trial, space: Space) -> Candidate:
    """What this trial is to try: its candidate, or what it tried before it was cut off."""
    found = Candidate()
    for key, one in space.items():
        if isinstance(one, Range):
            found[key] = trial.suggest_float(key, one.low, one.high, log=one.log)
        else:
            found[key] = trial.suggest_categorical(key, one.values)
    return found


def address(place: str) -> str:
    """The URL of a study: of a file's path, or of a server as it is. Raises UserError."""
    if "://" not in place:
        path = Path(place)
        if not path.parent.is_dir():
            raise UserError(f"{place}: the folder {path.parent} does not exist: make it first")
        return f"sqlite:///{path}"
    check_without_secret("--study", place, "and put it into ~/.pgpass or PGPASSWORD")
    if not place.startswith(("postgresql://", "postgresql+")):
        raise UserError(f"--study {place}: name a file, or postgresql://USER@HOST:PORT/DATABASE")
    return place.replace("postgresql://", "postgresql+psycopg://", 1)


def opened(place: str, terms: Terms, sampler: DrawnBeforehand) -> Study:
    """The study, begun or gone on with.

    Raises UserError if it cannot be reached or was begun under other terms.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        retry = RetryHeartbeatStaleTrialCallback(max_retry=RETRIES)
        try:
            storage = RDBStorage(
                address(place),
                heartbeat_interval=HEARTBEAT_S,
                grace_period=GRACE_S,
                heartbeat_stale_trial_callback=retry,
            )
            study = optuna.create_study(
                study_name=NAME,
                storage=storage,
                sampler=sampler,
                direction="maximize",
                load_if_exists=True,
            )
        except ModuleNotFoundError as error:
            raise UserError(
                f"--study {place}: needs {error.name}: pip install 'psycopg[binary]'"
            ) from error
        except (SQLAlchemyError, RuntimeError) as error:
            first = str(error).partition("\n")[0]
            raise UserError(f"--study {place}: cannot be used ({first}): name another") from error
    _agree(place, study, terms)
    return study


def _agree(place: str, study: Study, terms: Terms) -> None:
    now: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(terms))
    before = study.user_attrs.get(TERMS)
    if before is None:
        study.set_user_attr(TERMS, now)
        return
    for key, value in now.items():
        if before.get(key) != value:
            raise UserError(
                f"{place}: was begun with other {_WORDS[key]}: "
                "give the same again, or name another --study"
            )


_WORDS = {
    "data": "candles, forecasts or funding",
    "begin": "--from",
    "locked_from": "--locked-from",
    "settings": "settings",
    "space": "--settings",
    "seed": "--seed",
    "folds": "--folds",
    "embargo": "--embargo",
}


class Trials(Struct, frozen=True, eq=False):
    """What was tried, in the order of its beginning."""

    candidates: tuple[Candidate, ...]
    tried: Tried
    first_day: Micros


def complete(study: Study) -> list[FrozenTrial]:
    """Those that came to their end."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def trials_of(study: Study, default: Candidate) -> Trials:
    """All that are complete; the settings as they were come first. Raises UserError without them."""
    found = sorted(complete(study), key=lambda one: (one.params != default, one.number))
    if not found or found[0].params != default:
        raise UserError(
            "the settings as they were have not been tried yet: go on with more --trials"
        )
    tried = Tried(by_day(found, PROFITS), by_day(found, TRADES))
    first_day = Micros(found[0].user_attrs[FIRST_DAY])
    return Trials(tuple(dict(one.params) for one in found), tried, first_day)


def by_day(trials: Sequence[FrozenTrial], kept: str) -> NDArray[np.float64]:
    """[day, trial] What was kept of them under that name."""
    rows: Sequence[Sequence[float]] = [one.user_attrs[kept] for one in trials]
    return np.array(rows, dtype=np.float64).T
