"""The static twin's threshold is learnt from the first months, and from nothing that is reported."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.builders.files import write_world
from trimtab.app.configuring import configuration
from trimtab.app.recording import Files as Asked
from trimtab.app.recording import Recording, only_topic, read_recording
from trimtab.app.settings import Settings
from trimtab.app.thresholds import AUTO, static_threshold
from trimtab.domain.units import DAY, Micros

BEGIN = Micros(19_723 * DAY + 36 * DAY)
"""2024-02-06, of a record from 2024-01-01 on."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Long enough that several candidates trade often enough to be chosen."""
    files = write_world(tmp_path_factory.mktemp("long"), rows=1_000, forecast_every=1)
    return read_recording(Asked(*files))


@pytest.fixture(scope="module")
def recording(whole: Recording) -> Recording:
    return only_topic(whole, 1)


def threshold(recording: Recording, given: str = AUTO) -> float:
    written = configuration(Settings(), recording.topics, recording.candles.coins)
    return static_threshold(given, recording, BEGIN, written)


def from_row_on(recording: Recording, instant: int) -> Recording:
    """The same record with other forecasts from an instant on."""
    predictions = recording.predictions
    assert predictions is not None
    values = predictions.values.copy()
    later = predictions.issued_at >= instant
    values[later] = np.roll(values[later], 7, axis=0)
    return replace(recording, predictions=replace(predictions, values=values))


def test_what_comes_later_does_not_matter(recording: Recording) -> None:
    assert threshold(from_row_on(recording, BEGIN)) == threshold(recording)


def test_what_comes_before_does(recording: Recording) -> None:
    others = {threshold(from_row_on(recording, BEGIN - days * DAY)) for days in range(6, 36, 6)}
    assert others != {threshold(recording)}


def test_a_number_stands_as_it_is(recording: Recording) -> None:
    assert threshold(recording, "0.0025") == 0.0025


def test_of_several_topics_one_is_left(whole: Recording, recording: Recording) -> None:
    second = recording
    assert second.predictions is not None
    assert whole.predictions is not None
    assert second.topics == whole.topics[1:]
    assert np.array_equal(
        second.predictions.values[:, 0], whole.predictions.values[:, 1], equal_nan=True
    )
