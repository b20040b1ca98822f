"""Per forecast: what was known of it when it was issued, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from trimtab.domain.configuration import Gate
from trimtab.domain.decisions import ForecastsWeighed, PredictionsSettled
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.ports import Recorded


class ForecastLog:
    """An audience that collects `forecasts_weighed` and `predictions_settled`."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._weighed: list[ForecastsWeighed] = []
        self._settled: list[PredictionsSettled] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        for _, fact in records:
            if isinstance(fact, ForecastsWeighed):
                self._weighed.append(fact)
            elif isinstance(fact, PredictionsSettled):
                self._settled.append(fact)

    def write(self, path: Path) -> None:
        """One row a settled forecast, sorted by issue, topic and coin."""
        known = self._known()
        joined = self._outcomes().join(known, on=["issued_at", "topic", "symbol"], how="left")
        joined.sort("issued_at", "topic", "symbol").write_parquet(path)

    def _known(self) -> pl.DataFrame:
        """At issue: P(net edge > 0), the expected net edge, and whether the gate was open."""
        facts = self._weighed
        shape = (-1,)
        columns = {
            name: np.array([getattr(fact, name) for fact in facts], float).reshape(shape)
            for name in ("probability", "net_edge")
        }
        weighed = _frame(
            [(fact.at, topic, fact.coins) for fact in facts for topic in fact.topics],
            columns,
        ).filter(pl.col("probability").is_finite())
        return weighed.rename({"net_edge": "expected_net_edge_bp"}).with_columns(
            gate_open=_was_open(self._gate)
        )

    def _outcomes(self) -> pl.DataFrame:
        facts = self._settled
        columns = {
            name: np.array([getattr(fact, name) for fact in facts], float).reshape(-1)
            for name in ("forecast", "realised", "phase", "volatility_regime")
        }
        rows = [(fact.issued_at, fact.topic, fact.coins) for fact in facts]
        return _frame(rows, columns).with_columns(
            pl.col("phase").cast(pl.Int64).replace_strict(dict(enumerate(PHASES))),
            pl.col("volatility_regime")
            .cast(pl.Int64)
            .replace_strict(dict(enumerate(VOLATILITY_REGIMES))),
        )


def _was_open(gate: Gate) -> pl.Expr:
    """Opens above `enter`, closes below `leave`, topic by topic and coin by coin."""
    probability = pl.col("probability")
    moved = pl.when(probability > gate.enter).then(True).when(probability <= gate.leave).then(False)  # noqa: FBT003
    return moved.forward_fill().over("topic", "symbol").fill_null(value=False)


def _frame(
    rows: Sequence[tuple[int, str, tuple[str, ...]]], columns: dict[str, np.ndarray]
) -> pl.DataFrame:
    """Long form: one line a coin of each row."""
    width = len(rows[0][2]) if rows else 0
    issued = np.repeat(np.array([at for at, _, _ in rows], np.int64), width)
    topics = np.repeat(np.array([topic for _, topic, _ in rows], object), width)
    symbols = [coin for _, _, coins in rows for coin in coins]
    return pl.DataFrame(
        {"issued_at": issued, "topic": topics.tolist(), "symbol": symbols, **columns}
    ).with_columns(pl.from_epoch("issued_at", time_unit="us").dt.replace_time_zone("UTC"))
