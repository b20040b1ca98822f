"""The trials of a study, counted by another command, which changes nothing in it."""

from __future__ import annotations

from pathlib import Path

import optuna
from optuna.study import Study
from sqlalchemy.exc import SQLAlchemyError

from trimtab.app.errors import UserError
from trimtab.app.lab.tuning.study import NAME, PROFITS, address, by_day, complete
from trimtab.lab.deflated_sharpe import Luck, variance_of_trials


def luck_in(place: str) -> Luck:
    """Number and variance of its complete trials. Raises UserError for what is no such study."""
    found = complete(_opened(place))
    if not found:
        raise UserError(
            f"--trials {place}: no trial of it is complete: tune first, or tell a number"
        )
    return Luck(len(found), variance_of_trials(by_day(found, PROFITS)))


def _opened(place: str) -> Study:
    if "://" not in place and not Path(place).is_file():
        raise UserError(f"--trials {place}: neither a number nor a file: name one from lab tune")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.load_study(study_name=NAME, storage=address(place))
    except (KeyError, SQLAlchemyError, RuntimeError, ModuleNotFoundError) as error:
        first = str(error).partition("\n")[0]
        raise UserError(f"--trials {place}: no study of lab tune ({first}): name one") from error
