"""trimtab demo: the whole system where nothing can be lost."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.app.demo_market import Scenes, recorded_scenes, synthetic_scenes
from trimtab.app.recording import Files as Asked
from trimtab.app.recording import read_recording
from trimtab.domain.canonical import decode, encode
from trimtab.domain.observations import BarsClosed, EngineStarted, PredictionsIssued
from trimtab.domain.units import HOUR

QUICK = ("demo", "--headless", "--for", "1", "--speed", "1e9", "--json", "-")


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo.db"


@pytest.fixture(scope="module")
def played(recorded: Files, journal: Path) -> Answer:
    """Recorded files, as fast as they go."""
    return trimtab(*QUICK, *recorded.options(), "--journal", journal)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return synthetic_scenes(7)


def test_it_tells_what_happened_while_somebody_looked(played: Answer) -> None:
    assert played.code == 0
    assert set(played.json) == {"adaptations", "market_events", "trades", "errors"}
    assert played.json["errors"] == []
    assert sum(played.json["market_events"].values()) > 0


def test_it_says_that_nothing_is_real(played: Answer) -> None:
    assert "DEMO, nothing real" in played.err


def test_what_was_played_can_be_replayed(played: Answer, journal: Path) -> None:
    assert played.code == 0
    answer = trimtab("replay", journal, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["compared"]) == (0, 0, True)


def test_a_journal_is_not_gone_on_with(played: Answer, journal: Path) -> None:
    assert played.code == 0
    before = journal.read_bytes()
    answer = trimtab(*QUICK, "--journal", journal)
    assert (answer.code, answer.err) == (
        2,
        f"trimtab: {journal}: exists already: name another file, or remove it\n",
    )
    assert journal.read_bytes() == before


def test_the_configuration_says_who_it_is_and_how_often_its_state_is_kept(
    recorded: Files, played: Answer, journal: Path, tmp_path: Path
) -> None:
    config, run = tmp_path / "trimtab.toml", tmp_path / "run.db"
    config.write_text(f'bot = "tall"\njournal = "{run}"\nsnapshot_every = 50\ncapital = 777.0\n')
    assert trimtab(*QUICK, *recorded.options(), "--config", config).code == 0
    with closing(JournalReader(run)) as reader:
        start, often = decode(next(reader.read()).payload), len(reader.snapshots())
    assert isinstance(start, EngineStarted)
    assert (start.bot, start.mode, start.stage) == ("tall", "demo", "full")
    assert start.configuration.capital == 777.0
    assert played.code == 0
    with closing(JournalReader(journal)) as reader:
        assert len(reader.snapshots()) == 1  # at the end: 10,000 facts it had not
    assert often >= 2


def test_a_threshold_of_a_topic_that_has_no_forecasts_is_refused(
    recorded: Files, tmp_path: Path
) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text("[thresholds]\nnobody = 0.1\n")
    answer = trimtab(*QUICK, *recorded.options(), "--config", config)
    assert answer.code == 2
    assert "thresholds.nobody is 0.1, but no such topic is read" in answer.err


@pytest.mark.parametrize("option", ["--predictions", "--funding"])
def test_forecasts_need_the_candles_of_the_same_market(option: str) -> None:
    answer = trimtab(*QUICK, option, "some.parquet")
    assert (answer.code, answer.err) == (
        2,
        f"trimtab: {option} some.parquet: add --candles, the file of the same market\n",
    )


def test_a_port_that_is_taken_is_told_before_anything_is_begun() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = trimtab("demo", "--port", port, "--for", "1")
    assert answer == (
        2,
        "",
        (
            f"trimtab: port {port} on 127.0.0.1 is taken by another program; "
            "choose another with --port\n"
        ),
    )


def facts(scenes: Scenes) -> list[bytes]:
    """Of the first days, as they would be recorded."""
    return [encode(fact) for fact in islice(scenes.past(), 100)]


def test_the_seed_determines_the_market(scenes: Scenes) -> None:
    assert facts(synthetic_scenes(7)) == facts(scenes)
    assert facts(synthetic_scenes(8)) != facts(scenes)


@pytest.fixture(scope="module")
def recorded_market(recorded: Files) -> Scenes:
    return recorded_scenes(read_recording(Asked(*recorded)))


def test_past_and_present_are_the_whole_record_in_order(recorded_market: Scenes) -> None:
    past, live = list(recorded_market.past()), list(recorded_market.live())
    assert past[-1].at <= recorded_market.present < live[0].at
    moments = [fact.at for fact in (*past, *live)]
    assert moments == sorted(moments)
    rows = [len(fact.bars) for fact in (*past, *live) if isinstance(fact, BarsClosed)]
    assert sum(rows) == 480
    forecasts = [fact for fact in (*past, *live) if isinstance(fact, PredictionsIssued)]
    predictions = recorded_market.recording.predictions
    assert predictions is not None
    assert [fact.at for fact in forecasts] == predictions.issued_at.tolist()


def test_the_last_fifth_is_played_bar_by_bar(recorded_market: Scenes) -> None:
    bars = [fact for fact in recorded_market.live() if isinstance(fact, BarsClosed)]
    candles = recorded_market.recording.candles
    assert len(bars) == (candles.closes_at > recorded_market.present).sum() == 95
    assert {len(fact.bars) for fact in bars} == {1}
    assert np.diff([fact.at for fact in bars]).tolist() == [HOUR] * (len(bars) - 1)
    assert np.array_equal(
        np.concatenate([fact.bars for fact in bars]), candles.bars[-len(bars) :], equal_nan=True
    )


def test_candles_alone_are_cut_in_the_midst_of_a_block(recorded: Files) -> None:
    scenes = recorded_scenes(read_recording(Asked(recorded.candles)))
    (block,) = scenes.past()
    assert isinstance(block, BarsClosed)
    assert block.at == scenes.present
    assert len(block.bars) + len(list(scenes.live())) == 480


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_well_and_nothing_is_lost(
    recorded: Files, tmp_path: Path, number: signal.Signals
) -> None:
    journal, figures = tmp_path / "demo.db", tmp_path / "demo.json"
    options = ("--speed", "1", "--headless", "--journal", str(journal), "--json", str(figures))
    command = [sys.executable, "-m", "trimtab", "demo", *recorded.options(), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as demo:
        assert demo.stderr is not None
        assert any("playing" in line for line in demo.stderr)
        demo.send_signal(number)
        rest = demo.stderr.read()
    assert (demo.returncode, rest.count("\n")) == (0, 1)
    assert msgspec.json.decode(figures.read_bytes())["errors"] == []
    assert trimtab("replay", journal, "--verify").code == 0
