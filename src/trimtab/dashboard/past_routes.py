"""Time travel by REST, to read only: the Overview as of any seq or moment, and the journal itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from trimtab.dashboard.past import Library, Page, Past
from trimtab.domain.units import Micros
from trimtab.records.explanation import Explanation
from trimtab.records.journal_row import JournalRow
from trimtab.records.overview import Overview

LIMIT = 1_000
"""Rows a page at most."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_LAST = 2**63 - 1

Place = Annotated[str | None, QueryParameter(description="As of the fact with this seq.")]
Moment = Annotated[
    str | None, QueryParameter(description="As of this moment, such as 2024-05-01T12:00:00Z.")
]
After = Annotated[str, QueryParameter(description="Rows with a greater seq.")]
Limit = Annotated[str, QueryParameter(description=f"Rows at most, up to {LIMIT}.")]
Seq = Annotated[str, PathParameter(description="The row's place, from 1 on.")]


class PastState(Struct, frozen=True):
    """What the Overview page showed."""

    seq: int
    """The last fact that is reflected."""
    at: str
    """The world's time then: UTC, ISO 8601."""
    overview: Overview


def past_handlers(library: Library) -> list[HTTPRouteHandler]:
    """GET /api/v1/state, /journal and /explanations; on worker threads, never on the loop."""
    past = Past(library)

    @get("/api/v1/state", sync_to_thread=True)
    def state_then(seq: Place = None, at: Moment = None) -> PastState:
        """The Overview as it was: give `seq` or `at`."""
        if (seq is None) == (at is None):
            raise ClientException(detail="name one of seq and at, such as ?seq=1200")
        if seq is not None:
            overview = past.at_seq(_number("seq", seq, 1, _LAST))
        else:
            overview = past.at_time(_moment(at or ""), at or "")
        return PastState(overview.seq, _iso(overview.at), overview)

    @get("/api/v1/journal", sync_to_thread=True)
    def journal_page(after: After = "0", limit: Limit = "100") -> Page:
        """Rows of the journal, in order; `next` is the `after` of the next page."""
        return past.page(
            _number("after", after, 0, _LAST - LIMIT), _number("limit", limit, 1, LIMIT)
        )

    @get("/api/v1/journal/{seq:str}", sync_to_thread=True)
    def journal_row(seq: Seq) -> JournalRow:
        """One row of the journal."""
        return past.row(_number("seq", seq, 1, _LAST))

    return [state_then, journal_page, journal_row, _explanations(past)]


def _explanations(past: Past) -> HTTPRouteHandler:
    @get("/api/v1/explanations/{seq:str}", sync_to_thread=True)
    def explanation(seq: Seq) -> Explanation:
        """Why a row stands in the journal: what led to it, figures, and whether it comes out again."""
        return past.explanation(_number("seq", seq, 1, _LAST))

    return explanation


def _number(name: str, given: str, least: int, most: int) -> int:
    """Raises ClientException, which is answered by 400."""
    if not (given.isascii() and given.isdecimal() and least <= int(given[:20]) <= most):
        above = f" to {most:,}" if most < _LAST - LIMIT else " on"
        raise ClientException(
            detail=f"{name} {given[:40]}: give a whole number from {least}{above}"
        )
    return int(given)


def _moment(given: str) -> Micros:
    """Raises ClientException."""
    try:
        at = datetime.fromisoformat(given)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return Micros((aware - _EPOCH) // timedelta(microseconds=1))
    except (ValueError, OverflowError) as error:
        raise ClientException(
            detail=f"at {given[:40]}: not a time; write it as 2024-05-01T12:00:00Z"
        ) from error


def _iso(at: Micros) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")
