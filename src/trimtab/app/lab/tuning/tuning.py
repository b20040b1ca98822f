"""From a record and a study to a verdict: what `trimtab lab tune` does."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from trimtab.adapters.parquet.errors import moment
from trimtab.app.errors import UserError
from trimtab.app.lab.tuning.search import Search, search
from trimtab.app.lab.tuning.space import Candidate, candidate_of, settings_with, space_of
from trimtab.app.lab.tuning.study import Terms, trials_of
from trimtab.app.lab.tuning.trial import fingerprint
from trimtab.app.recording import Files, Recording
from trimtab.app.settings import Settings
from trimtab.domain.canonical import hash_of
from trimtab.domain.units import DAY, Micros
from trimtab.lab.tuning.choosing import Choice, Judged, Verdict, choose, judge, score


class Request(Struct, frozen=True):
    """What the user asked for."""

    files: Files
    settings: Settings
    study: str
    keys: Sequence[str] | None
    begin: Micros | None
    locked_from: Micros | None
    trials: int
    folds: int
    embargo: int
    seed: int


class Tuned(Struct, frozen=True):
    """What `--json` gives. Sharpe ratios are annual, those of `deflated` daily."""

    trials: int
    """Complete, the settings as they were included."""
    days: int
    first_day: Micros
    """Open of the day that counts as day 0 (UTC)."""
    best: Candidate
    """What the days before the last fold chose."""
    best_trial: int
    best_score: float
    default_score: float
    last_fold: Judged
    """The best and the default on days that had no say."""
    verdict: Verdict
    words: str


def search_for(asked: Request, recording: Recording) -> Search:
    """Raises UserError where the record is too short, or a key cannot be searched."""
    space = space_of(asked.keys, asked.settings)
    longest = max((topic.horizon for topic in recording.topics), default=0)
    fixed = settings_with(asked.settings, candidate_of(Settings(), tuple(space)))
    terms = Terms(
        data=fingerprint(recording),
        begin=asked.begin,
        locked_from=asked.locked_from,
        settings=hash_of(replace(fixed, bot="trimtab")),
        space={key: to_builtins(one) for key, one in space.items()},
        seed=asked.seed,
        folds=asked.folds,
        embargo=asked.embargo,
    )
    wanted = Search(
        asked.files, asked.settings, space, asked.begin, asked.study, terms, asked.trials,
        -(-longest // DAY),
    )  # fmt: skip
    since = max(asked.begin or recording.opened, recording.opened)
    try:
        wanted.walk((recording.closed - since) // DAY - 1)
    except ValueError as error:
        raise UserError(f"{moment(since)} to {moment(recording.closed)}: {error}") from error
    return wanted


def tune_on(recording: Recording, asked: Request, workers: int) -> Tuned:
    """Searches, resuming what a study holds, and judges. Raises UserError."""
    wanted = search_for(asked, recording)
    study = search(wanted, recording, workers)
    default = candidate_of(asked.settings, tuple(wanted.space))
    trials = trials_of(study, default)
    days, count = trials.tried.profits.shape
    walk = wanted.walk(days)
    verdict = judge(trials.tried, walk, wanted.purge)
    chose = trials.tried.until(walk[-1].chosen_by)
    best = choose(chose, wanted.purge)
    return Tuned(
        trials=count,
        days=days,
        first_day=trials.first_day,
        best=trials.candidates[best.trial],
        best_trial=best.trial,
        best_score=best.score,
        default_score=score(chose.profits[:, 0], wanted.purge),
        last_fold=verdict.folds[-1],
        verdict=verdict,
        words=_in_words(verdict, best),
    )


def _in_words(verdict: Verdict, best: Choice) -> str:
    if verdict.could_be_chosen == 1:
        return (
            "Nothing was there to choose: no candidate traded enough on the days that "
            "choose. Give a longer time, or a later --from: a bot at its start still learns."
        )
    if best.trial == 0:
        return (
            "No candidate that traded enough was better than the settings as they are on the days "
            "that chose: keep them."
        )
    if verdict.low is None or verdict.high is None:
        return (
            "Too few days, or no difference, for an interval: not yet known whether tuning helps."
        )
    if verdict.low > 0.0:
        return "Tuned settings did better on days that had no say in choosing them."
    if verdict.high < 0.0:
        return (
            "Tuned settings did worse on days that had no say in choosing them: keep the default."
        )
    return "Tuned settings are not shown to be better on days that had no say: keep the default."
