"""Time travel through the API: what the page showed at any seq or moment, and the journal itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.dashboard.conftest import StoppedClock
from trimtab.app.compose import journal_of_run, run_through, versions
from trimtab.app.journals import history
from trimtab.app.summary import Summary
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.past import Library
from trimtab.dashboard.server import serve
from trimtab.domain.canonical import decode
from trimtab.domain.units import SECOND
from trimtab.ports import History
from trimtab.records.explanation import Explanation
from trimtab.records.journal_row import JournalRow
from trimtab.records.overview import Overview, see
from trimtab.runtime.explaining import explained


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("past") / "run.db"
    chosen = world(5, 200)
    start = started(chosen.opened, LIVELY)
    with journal_of_run(path, start) as store:
        run_through(start, one_by_one(chosen.facts()), store, Summary())
    return path


@pytest.fixture(scope="module")
def rows(journal: Path) -> list[JournalRow]:
    with closing(history(str(journal))) as reader:
        return list(reader.read())


@pytest.fixture(scope="module")
def http(journal: Path) -> Iterator[httpx.Client]:
    dashboard = serve(
        Hub(),
        commands=lambda _: None,
        clock=StoppedClock(),
        port=0,
        library=library(str(journal)),
    )
    with httpx.Client(base_url=dashboard.url) as client:
        yield client
    dashboard.close()


def library(place: str) -> Library:
    def explain(journal: History, seq: int) -> Explanation:
        return explained(journal, versions(), seq)

    return Library(lambda: history(place), explain)


def folded(rows: list[JournalRow], until: int) -> object:
    overview = Overview()
    for row in rows[:until]:
        overview = see(overview, row.seq, decode(row.payload))
    return msgspec.json.decode(msgspec.json.encode(overview))


def test_the_state_at_any_seq_is_what_the_page_showed(
    http: httpx.Client, rows: list[JournalRow]
) -> None:
    middle, last = len(rows) // 2, len(rows)
    for seq in (middle, 1, last, middle + 7, middle - 7, middle, *range(20, 31)):
        told = http.get(f"/api/v1/state?seq={seq}").json()
        assert told["seq"] == seq
        assert told["overview"] == folded(rows, seq)


def test_the_state_at_a_moment_names_the_seq_and_the_time_that_it_reflects(
    http: httpx.Client, rows: list[JournalRow]
) -> None:
    moment = datetime.fromtimestamp(rows[0].at // SECOND + 100 * 3600 + 1800, UTC)
    for given in (f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{moment:%Y-%m-%dT%H:%M:%S}"):
        told = http.get("/api/v1/state", params={"at": given}).json()
        assert told["overview"] == folded(rows, told["seq"])
        assert told["at"] == f"{moment:%Y-%m-%dT%H}:00:00Z"
        assert rows[int(told["seq"])].at > moment.timestamp() * SECOND


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("", 400, "name one of seq and at, such as ?seq=1200"),
        ("?seq=1&at=2024-01-01", 400, "name one of seq and at, such as ?seq=1200"),
        ("?seq=abc", 400, "seq abc: give a whole number from 1 on"),
        ("?seq=0", 400, "seq 0: give a whole number from 1 on"),
        ("?seq=-5", 400, "seq -5: give a whole number from 1 on"),
        (f"?seq={'9' * 30}", 400, f"seq {'9' * 30}: give a whole number from 1 on"),
        ("?seq=999999", 404, "seq 999999: the newest is "),
        ("?at=noon", 400, "at noon: not a time; write it as 2024-05-01T12:00:00Z"),
        ("?at=1999-01-01", 404, "at 1999-01-01: nothing had been recorded yet"),
    ],
)
def test_a_bad_place_is_named_with_its_value_and_the_mend(
    http: httpx.Client, query: str, code: int, detail: str
) -> None:
    answer = http.get(f"/api/v1/state{query}")
    assert answer.status_code == code
    assert answer.json()["detail"].startswith(detail)


def test_the_journal_is_read_page_by_page(http: httpx.Client, rows: list[JournalRow]) -> None:
    read: list[JournalRow] = []
    after: int | None = 0
    while after is not None:
        page = http.get(f"/api/v1/journal?after={after}&limit=37").json()
        assert page["newest"] == len(rows)
        read += msgspec.convert(page["rows"], list[JournalRow])
        after = page["next"]
    assert read == rows
    assert http.get(f"/api/v1/journal?after={len(rows)}").json()["rows"] == []


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit 0: give a whole number from 1 to 1,000"),
        ("limit=1001", "limit 1001: give a whole number from 1 to 1,000"),
        ("after=x", "after x: give a whole number from 0 on"),
    ],
)
def test_a_bad_page_is_named(http: httpx.Client, query: str, detail: str) -> None:
    answer = http.get(f"/api/v1/journal?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_one_row_can_be_asked_for(http: httpx.Client, rows: list[JournalRow]) -> None:
    told = http.get("/api/v1/journal/7")
    assert msgspec.convert(told.json(), JournalRow) == rows[6]
    assert http.get("/api/v1/journal/999999").status_code == 404
    assert http.get("/api/v1/journal/seven").status_code == 400


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    place = str(tmp_path / "none.db")
    dashboard = serve(
        Hub(),
        commands=lambda _: None,
        clock=StoppedClock(),
        port=0,
        library=library(place),
    )
    answer = httpx.get(f"{dashboard.url}/api/v1/state?seq=1")
    dashboard.close()
    assert answer.status_code == 503
    assert answer.json()["detail"] == f"{place}: no such journal: check the path"


def test_the_interface_describes_time_travel(http: httpx.Client) -> None:
    paths = http.get("/api/docs").json()["paths"]
    assert {"/api/v1/state", "/api/v1/journal", "/api/v1/journal/{seq}"} <= paths.keys()
    assert set(paths["/api/v1/state"]) == {"get"}


def test_a_row_is_explained(http: httpx.Client, rows: list[JournalRow]) -> None:
    seq = next(row.seq for row in rows if row.type == "forecasts_weighed")
    answer = http.get(f"/api/v1/explanations/{seq}")
    assert answer.status_code == 200
    told = msgspec.json.decode(answer.content, type=Explanation)
    assert (told.seq, told.type) == (seq, "forecasts_weighed")
    assert told.evidence.title == "predictions issued"


@pytest.mark.parametrize(("asked", "status"), [("0", 400), ("x", 400), ("999999", 404)])
def test_what_is_no_row_cannot_be_explained(http: httpx.Client, asked: str, status: int) -> None:
    assert http.get(f"/api/v1/explanations/{asked}").status_code == status
