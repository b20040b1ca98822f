"""The scores as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.lab.report.grouped_bars import Series, grouped_bars
from trimtab.lab.scores.spike_scores import RateScores
from trimtab.lab.scores.volume_scores import VolumeScores


def spike_picture(rates: Sequence[RateScores]) -> str:
    """Bursts found, by detector and rate of false alarms; SVG."""
    series = [
        Series(
            one.detector,
            tuple(rate.detectors[place].hits for rate in rates),
            tuple(rate.detectors[place].standard_error for rate in rates),
        )
        for place, one in enumerate(rates[0].detectors)
    ]
    situations = [f"{rate.detectors[0].false_alarms:.1f} in 1,000" for rate in rates]
    return grouped_bars("Bursts found in time, by false alarms in 1,000 bars", situations, series)


def volume_picture(scores: Sequence[VolumeScores]) -> str:
    """Bursts found, by size and kind of market; SVG."""
    series = [
        Series("5 times the volume", tuple(one.hits_at_5 for one in scores)),
        Series("10 times the volume", tuple(one.hits_at_10 for one in scores)),
    ]
    situations = [f"{one.family}: {one.false_alarms:.2f} in 1,000" for one in scores]
    return grouped_bars("Bursts found in time, by kind of market", situations, series)
