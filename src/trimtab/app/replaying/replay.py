"""The journal folded again, and how it compares."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import MsgspecError, Struct

from trimtab.app.compose import versions
from trimtab.app.errors import UserError
from trimtab.app.output import say
from trimtab.ports import History
from trimtab.records.journal_row import verify as first_broken
from trimtab.records.upcasting import SchemaError
from trimtab.runtime.rebuilding import rebuilt, verified
from trimtab.runtime.replay import Difference, Replayed

SHOWN = 5


class ReplayResult(Struct, frozen=True):
    """What `--json` gives."""

    rows: int
    """Read; without `--verify` those after the state that was begun with."""
    outside: int
    derived: int
    differences: int
    compared: bool
    """False where another version made a stretch: there decisions are not compared."""
    chain_broken_at: int | None
    seq: int = 0
    """The last one that was read."""
    state_hash: str | None = None
    """SHA-256 of the state after it, in hex; None where no state could be had."""
    starts: int = 0
    not_compared: int = 0
    """Derived facts that another version made."""
    equal_snapshots: int = 0
    """Kept states that came out again."""
    different_snapshots: int = 0

    @property
    def fails(self) -> bool:
        """Whether anything is not as it was recorded."""
        broken = self.chain_broken_at is not None
        return broken or bool(self.differences or self.different_snapshots)


def replay_of(journal: History, name: str, until: int, *, verify: bool) -> ReplayResult:
    """Folds up to a seq, tells on the screen, and gives the figures. Raises UserError."""
    if verify and (seq := first_broken(journal.read(0, 1))) is not None:
        result = ReplayResult(0, 0, 0, 0, compared=False, chain_broken_at=seq)
        _tell(result, (), verify=verify)
        return result
    outcome = _outcome(journal, name, until, verify=verify)
    result = _result(outcome)
    _tell(result, outcome.differences, verify=verify)
    for seq in outcome.different_snapshots[:SHOWN]:
        say(f"seq {seq}: another state was kept than comes out")
    _conclude(result, verify=verify)
    return result


def _outcome(journal: History, name: str, until: int, *, verify: bool) -> Replayed:
    try:
        return (verified if verify else rebuilt)(journal, versions(), until)
    except SchemaError as error:
        raise UserError(f"{name}: {error}") from error
    except (ValueError, MsgspecError) as error:
        raise UserError(
            f"{name}: {error}: `--verify` tells which row was changed after it was written"
        ) from error


def _result(outcome: Replayed) -> ReplayResult:
    return ReplayResult(
        rows=outcome.rows,
        outside=outcome.outside,
        derived=outcome.derived,
        differences=outcome.different,
        compared=outcome.compared,
        chain_broken_at=outcome.chain_broken_at,
        seq=outcome.seq,
        state_hash=outcome.state_hash,
        starts=outcome.starts,
        not_compared=outcome.not_compared,
        equal_snapshots=outcome.equal_snapshots,
        different_snapshots=len(outcome.different_snapshots),
    )


def _tell(result: ReplayResult, differences: Sequence[Difference], *, verify: bool) -> None:
    say(f"{result.rows:,} rows: {result.outside:,} from outside, {result.derived:,} derived")
    if result.chain_broken_at is not None:
        say(f"the chain is broken at seq {result.chain_broken_at}: restore the journal from a copy")
    if verify:
        for one in differences[:SHOWN]:
            say(f"seq {one.seq}: stored {one.stored} but derived {one.derived}")


def _conclude(result: ReplayResult, *, verify: bool) -> None:
    say(f"state at seq {result.seq}: {result.state_hash}")
    if not verify:
        return
    say(
        f"snapshots: {result.equal_snapshots} equal, {result.different_snapshots} different; "
        f"starts: {result.starts}"
    )
    if not result.compared:
        say(f"made by another version, and not compared: {result.not_compared:,} derived facts")
    say(f"{result.differences} differences")
