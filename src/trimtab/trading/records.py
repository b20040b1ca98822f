"""The records that trading's kernels work on: books, their positions, and what happened."""

from __future__ import annotations

from trimtab.domain.records import layout

BOOK = layout([
    ("cash", "f8"), ("equity", "f8"), ("peak", "f8"), ("opening", "f8"), ("before", "f8"),
    ("floor", "f8"), ("halted", "?"),
    ("trades", "i8"), ("wins", "i8"), ("net_bp", "f8"),
    ("fees", "f8"), ("funding", "f8"), ("turnover", "f8"), ("slippage", "f8"),
    ("warned", "f8"), ("warns", "?"),
    ("gap", "f8"), ("active", "i8"), ("spread", "f8"), ("behind", "f8", 3), ("alarms", "?"),
])  # fmt: skip
"""One book: its money and its running sums.

`opening` is the equity at the last day's open, `before` the one at the close before the last. Below
`floor` the book halts, as it does below its drawdown limit. Half way there it `warns`, once after each
peak (`warned`). The last line is the actual book's alone: what it is ahead of the twin (`gap`), and the
evidence that it falls behind (see `paired_trial.see_twin`).
"""

POSITION = layout([
    ("lots", "i8"), ("entry", "f8"), ("notional", "f8"), ("flow", "f8"), ("best", "f8"),
    ("margin", "f8"), ("stop", "f8"), ("opened", "i8"), ("due", "i8"), ("topic", "i8"),
    ("entry_lots", "i8"), ("entry_at", "i8"), ("entry_due", "i8"), ("entry_topic", "i8"),
    ("entry_margin", "f8"), ("entry_stop", "f8"),
    ("exit_lots", "i8"), ("exit_at", "i8"), ("exit_purpose", "i8"),
])  # fmt: skip
"""One coin of one book: the position (signed lots) and the orders that work for it.

`flow` is the cash that the open trade has brought so far (negative: spent), fees and funding
included, so that it is the trade's net profit when the position is closed. `margin` is isolated: a
fraction of the notional at entry (one over the leverage). `stop` is the distance of the stop by
volatility, as a fraction of the entry price; infinity is off.
"""

POLICY = layout([
    ("capital", "f8"), ("compounding", "?"), ("volatility_target", "f8"), ("maximum_scale", "f8"),
    ("kelly", "f8"), ("doubt", "f8"), ("correlation", "f8"),
    ("gated", "?"), ("enter", "f8"), ("leave", "f8"), ("maximum_drawdown", "f8"),
    ("by_horizon", "?"), ("holds_on", "?"), ("stop_loss", "f8"), ("take_profit", "f8"), ("trailing_stop", "f8"),
    ("taker_fee", "f8"), ("maker_fee", "f8"), ("half_spread", "f8"), ("impact", "f8"),
    ("participation", "f8"), ("maintenance_margin", "f8"),
])  # fmt: skip
"""A book's configuration as kernels want it: fractions, not basis points; infinity is off."""

EVENT = layout([
    ("kind", "i8"), ("coin", "i8"), ("purpose", "i8"), ("lots", "i8"), ("remaining", "i8"),
    ("price", "f8"), ("fee", "f8"), ("profit", "f8"), ("at", "i8"), ("ordered_at", "i8"),
    ("topic", "i8"), ("maker", "?"),
])  # fmt: skip
"""What happened in book 0, for Python to tell. `profit` is NaN while the position lives."""

TRIAL = layout([
    ("capital", "f8"), ("enough", "f8"), ("bars", "i8"), ("sum", "f8"), ("squares", "f8"),
    ("active", "i8"), ("spread", "f8"), ("harm", "f8", 3), ("help", "f8", 3),
    ("rebased", "?"), ("proven", "?"),
])  # fmt: skip
"""The paired test of one open contract: book 0 against the counterfactual in the same slot.

`active` counts the bars with a difference, `spread` sums their squares (bp of capital, clipped), `harm`
and `help` are logs of products.
"""

TRADE = layout([
    ("book", "i8"), ("coin", "i8"), ("opened", "i8"), ("closed", "i8"), ("topic", "i8"),
    ("notional", "f8"), ("net", "f8"),
])  # fmt: skip
"""A round trip of the actual book or of the twin: times in UTC microseconds, money in USD."""

INTENDED, FILLED, CANCELLED = range(3)
"""Kinds of events."""

ENTRY, HORIZON, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, LIQUIDATION, REDUCE, FLATTEN = range(8)
"""Purposes of orders, in the order of `domain.decisions.Purpose`."""

ACTUAL, TWIN = 0, 1
"""The first two books; counterfactuals follow."""

EVENTS_A_COIN = 10
"""More than can happen to one coin of book 0 in one bar."""

ENDED_A_BAR = 4
"""Round trips of one coin in the first two books: at the open, and by a stop after a new entry."""
