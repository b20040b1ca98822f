"""How many settings were looked at before: a number, or a study that has kept each of them."""

from __future__ import annotations

from importlib.util import find_spec

from trimtab.app.errors import UserError
from trimtab.lab.deflated_sharpe import Luck


def luck_of(told: str) -> Luck:
    """Of `--trials`. Raises UserError for what is neither a number from 1 on nor a study."""
    try:
        count = int(told)
    except ValueError:
        return _of_study(told)
    if count < 1:
        raise UserError(f"--trials {told}: at least 1, the settings that are compared now")
    return Luck(count)


def _of_study(place: str) -> Luck:
    for library in ("optuna", "sqlalchemy"):
        if find_spec(library) is None:
            raise UserError(
                f"--trials {place}: a study needs {library}: pip install 'trimtab[lab]'"
            )
    from trimtab.app.lab.tuning.counted import luck_in  # noqa: PLC0415 - this knows optuna

    return luck_in(place)
