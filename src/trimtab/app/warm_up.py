"""Compiles every kernel once, so that the first run of anything starts at once.

`python -m trimtab.app.warm_up`: rehearses the commands on a small made-up market. A second time
takes seconds, for compiled kernels are kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from trimtab.app import kernel_cache

ROWS = 1_500
"""Hours: enough for every kernel to have work."""

BEGIN = 1_200
"""Row from which the rehearsal trades."""


def main() -> int:
    """The worst exit code of the rehearsed commands."""
    kernel_cache.use()
    from trimtab.app.benches.backtest import run_once  # noqa: PLC0415 - after the folder is set
    from trimtab.app.command_line import run  # noqa: PLC0415
    from trimtab.app.output import console  # noqa: PLC0415

    console.quiet = True
    run_once(ROWS)
    with tempfile.TemporaryDirectory(prefix="trimtab-warm-up-") as folder:
        begin = write_market(Path(folder))
        candles = ["--candles", f"{folder}/candles.parquet"]
        recorded = [*candles, "--predictions", f"{folder}/predictions.parquet"]
        return max(
            run(["context", *candles, "--out", f"{folder}/context.parquet"]),
            run(["accuracy", *recorded]),
            run(["compare", *recorded, "--topics", "calm-8h", "--from", begin]),
        )


def write_market(folder: Path) -> str:
    """Candles and forecasts as files; the moment from which there is something to report."""
    from trimtab.lab.forecasters import simulate_forecasts  # noqa: PLC0415
    from trimtab.lab.markets import synthetic_market  # noqa: PLC0415

    generator = np.random.default_rng(1)
    market = synthetic_market(ROWS, generator)
    moments = pl.from_epoch(pl.Series(market.closes_at - market.interval), time_unit="us")
    coins = len(market.coins)
    fields = ("open", "high", "low", "close", "volume")
    pl.DataFrame(
        {
            "ts": moments.gather(np.repeat(np.arange(ROWS), coins)),
            "symbol": list(market.coins) * ROWS,
            **{name: market.bars[:, field].ravel() for field, name in enumerate(fields)},
        }
    ).write_parquet(folder / "candles.parquet")
    forecasts = simulate_forecasts(market, generator)
    issued = pl.from_epoch(pl.Series(forecasts.instants), time_unit="us")
    tables = [
        pl.DataFrame(
            {
                "issued_at": issued.gather(np.repeat(np.arange(len(issued)), coins)),
                "topic_id": number,
                "topic": topic.name,
                "symbol": list(market.coins) * len(issued),
                "horizon_s": topic.horizon // 1_000_000,
                "kind": topic.kind,
                "value": forecasts.values[:, number].ravel(),
            }
        ).filter(pl.col("value").is_finite())
        for number, topic in enumerate(forecasts.topics)
    ]
    pl.concat(tables).sort("issued_at", "topic_id", maintain_order=True).write_parquet(
        folder / "predictions.parquet"
    )
    return str(moments[BEGIN].isoformat())


if __name__ == "__main__":
    sys.exit(main())
