"""The recording that a command was asked to run over, and the moment from which it reports."""

from __future__ import annotations

from pathlib import Path

from trimtab.adapters.parquet.errors import moment as in_words
from trimtab.app.errors import UserError
from trimtab.app.options import moment, names
from trimtab.app.output import warn
from trimtab.app.recording import Files, Recording, read_recording
from trimtab.domain.units import Micros


def recording_asked_for(files: Files) -> Recording:
    """Reads them, and tells a person what is odd. Raises DataError."""
    recording = read_recording(files)
    warn(recording.warnings())
    return recording


def files_asked_for(
    candles: Path,
    predictions: Path | None = None,
    funding: Path | None = None,
    topics: list[str] | None = None,
    symbols: list[str] | None = None,
    end: str | None = None,
) -> Files:
    """What the options name. Raises UserError."""
    if topics and predictions is None:
        raise UserError(
            f"--topics {','.join(topics)}: add --predictions, the file of the forecasts"
        )
    until = moment(end, "--to")
    return Files(candles, predictions, funding, names(topics), names(symbols), until)


def forecasts_asked_for(command: str, predictions: Path | None) -> Path:
    """The file of the forecasts. Raises UserError where none was named."""
    if predictions is None:
        raise UserError(f"--predictions: {command} needs forecasts; name a Parquet file of them")
    return predictions


def reported_from(begin: str | None, recording: Recording) -> Micros | None:
    """Where the reported part of the record begins. Raises UserError if nothing is left to report."""
    at = moment(begin, "--from")
    if at is not None and at >= recording.closed:
        raise UserError(
            f"--from {begin}: the candles end at {in_words(recording.closed)}: "
            "choose an earlier moment"
        )
    return at
