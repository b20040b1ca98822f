"""A whole look at one file."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.inspection.against_candles import compare
from trimtab.adapters.inspection.candle_figures import look_at_candles, look_at_neighbours
from trimtab.adapters.inspection.clock import Coverage, look_at_clock
from trimtab.adapters.inspection.finding import SEVERITIES, TIME, Finding, Found, Mark, joined
from trimtab.adapters.inspection.forecast_figures import look_at_forecasts
from trimtab.adapters.inspection.funding_figures import look_at_funding
from trimtab.adapters.inspection.opening import NEEDED, Contract, Sheet, open_sheet
from trimtab.adapters.inspection.shifts import same_clock
from trimtab.adapters.inspection.skill import Skill
from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import DataError
from trimtab.domain.units import Micros


class Inspection(Struct, frozen=True, eq=False):
    """What a file holds and everything that was found, the worst first."""

    contract: Contract
    rows: int
    interval: int
    """Microseconds."""
    coverage: tuple[Coverage, ...]
    findings: tuple[Finding, ...]
    skills: tuple[Skill, ...]
    marks: tuple[Mark, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something must be mended before the file can be used."""
        return any(one.severity == "error" for one in self.findings)


def inspect(
    path: Path, now: Micros, candles: Candles | None = None, *, synthetic: bool = False
) -> Inspection:
    """Raises DataError for a file that cannot be read."""
    sheet = open_sheet(path)
    clock = look_at_clock(sheet, now)
    parts = [sheet.found, clock.found, _figures(sheet, clock.interval)]
    skills: tuple[Skill, ...] = ()
    if candles is not None:
        told, skills = _beside(path, sheet, candles, synthetic=synthetic)
        parts.append(told)
    found = joined(parts)
    worst_first = sorted(found.findings, key=lambda one: SEVERITIES.index(one.severity))
    findings = tuple(_with_column(one, sheet) for one in worst_first)
    return Inspection(
        sheet.contract, sheet.rows, clock.interval, clock.coverage, findings, skills, found.marks
    )


def _with_column(one: Finding, sheet: Sheet) -> Finding:
    """The column of times has another name in each contract."""
    return replace(one, field=NEEDED[sheet.contract][0]) if one.field == TIME else one


def _figures(sheet: Sheet, interval: int) -> Found:
    match sheet.contract:
        case "candles":
            return joined((look_at_candles(sheet, interval), look_at_neighbours(sheet, interval)))
        case "predictions":
            return look_at_forecasts(sheet)
        case "funding":
            return look_at_funding(sheet)


def _beside(
    path: Path, sheet: Sheet, candles: Candles, *, synthetic: bool
) -> tuple[Found, tuple[Skill, ...]]:
    match sheet.contract:
        case "candles":
            return same_clock(sheet, candles), ()
        case "predictions":
            comparison = compare(sheet, candles, synthetic=synthetic)
            return comparison.found, comparison.skills
        case "funding":
            raise DataError(
                f"{path}: holds funding, which candles say nothing about: leave --candles out"
            )
