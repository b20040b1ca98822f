"""The stand-in's venue: every check in the venue's words, books, triggers, margin and liquidation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.adapters.stand_ins.hyperliquid.given import ETH, NOON, Floor, floor, order, trigger
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.error_codes import code_of
from trimtab.adapters.stand_ins.hyperliquid import order_checks as checks
from trimtab.adapters.stand_ins.hyperliquid.admission import Inadmissible, Nonces
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.rate_limits import RateLimits

LONG = order("51000", "0.1")
REFUSED: dict[str, tuple[dict[str, Any], ...]] = {
    checks.TICK: (order("50000.12", "0.1"),),
    checks.LOT: (order("51000", "0.0000001"),),
    checks.MINIMUM: (order("51000", "0.0001"),),
    checks.MARGIN: (order("51000", "100"),),
    checks.REDUCE_ONLY: (order("51000", "0.1", reduces=True),),
    checks.NO_MATCH: (order("49000", "0.1"),),
    checks.TRIGGER: (LONG, trigger("60000", "0.1")),
    checks.ORACLE: (order("1000", "1"),),
    "Post only order would have immediately matched, bbo was 49997@50003.": (
        order("51000", "0.1", tif="Alo"),
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_bad_order_is_refused_in_the_venues_words(text: str) -> None:
    assert floor().error(*REFUSED[text]) == text
    assert code_of(text) != "unknown" or text == checks.LOT


def test_the_words_are_those_that_the_venue_documents() -> None:
    known = msgspec.json.decode(recorded("hyperliquid/exchange_error_messages.json"))
    documented = [row["message"] for row in known["documented"]["rows"]]
    for text in (
        checks.TICK, checks.MINIMUM, checks.MARGIN, checks.REDUCE_ONLY, checks.NO_MATCH,
        checks.TRIGGER, checks.ORACLE, checks.MISSING, checks.NO_LIQUIDITY,
        checks.POST_ONLY.replace("{bid}@{ask}", "{bbo}"),
    ):  # fmt: skip
        assert text in documented


def test_a_delisted_market_is_no_market() -> None:
    assert floor().error(order("1", "20", asset=3)) == "Asset 3 is not traded."
    assert "OLD" not in floor().venue.mids(NOON)


def test_an_order_that_crosses_is_filled_at_once_and_pays_the_taker() -> None:
    given = floor()
    (status,) = given.place(order("51000", "0.1", cloid="0x1"))
    assert status["filled"]["totalSz"] == "0.1"
    assert status["filled"]["avgPx"] == "50003"
    assert status["filled"]["cloid"] == "0x1"
    (fill,) = given.account.fills
    assert Decimal(str(fill["fee"])) == (Decimal("0.1") * 50_003 * Decimal("0.00045")).quantize(
        Decimal("0.000001")
    )
    assert given.account.held("BTC") == Decimal("0.1")


def test_a_large_order_walks_up_the_book_and_stops_at_its_price() -> None:
    given = floor(10_000_000)
    (status,) = given.place(order("50013", "20"))
    filled = status["filled"]
    assert Decimal(filled["totalSz"]) < 20
    assert 50_003 < Decimal(filled["avgPx"]) < 50_013
    assert given.statuses(filled["oid"])[-1] == "canceled"


def test_an_order_that_rests_is_filled_as_maker_when_the_market_comes() -> None:
    given = floor()
    (status,) = given.place(order("49000", "0.1", tif="Gtc"))
    assert status["resting"]["oid"] in given.account.orders
    given.moves("BTC", "0.979")
    (fill,) = given.account.fills
    assert (fill["px"], fill["crossed"]) == ("49000.0", False)
    assert given.statuses(status["resting"]["oid"]) == ["open", "filled"]


@pytest.mark.parametrize(("to", "fires"), [("0.91", False), ("0.89", True)])
def test_a_stop_fires_when_the_mark_reaches_it(to: str, *, fires: bool) -> None:
    given = floor()
    given.place(LONG)
    assert given.place(trigger("45000", "0.1"), grouping="positionTpsl") == ["waitingForTrigger"]
    given.moves("BTC", to)
    assert (given.account.held("BTC") == 0) == fires


def test_stop_and_take_profit_are_siblings_and_wait_for_their_parent() -> None:
    given = floor()
    statuses = given.place(
        order("49000", "0.1", tif="Gtc"), trigger("45000", "0.1"), trigger("55000", "0.1", "tp"),
        grouping="normalTpsl",
    )  # fmt: skip
    assert statuses[1:] == ["waitingForFill"] * 2
    stop, profit = [one for one in given.account.orders.values() if one.waits]
    given.moves("BTC", "0.979")
    assert given.account.held("BTC") == Decimal("0.1")
    given.moves("BTC", "1.11")
    assert given.statuses(profit.oid)[-1] == "filled"
    assert given.statuses(stop.oid)[-1] == "siblingFilledCanceled"
    assert given.account.held("BTC") == 0


def test_a_stop_of_a_position_follows_it_and_goes_with_it() -> None:
    given = floor()
    given.place(LONG)
    given.place(trigger("45000", "0.1"), grouping="positionTpsl")
    (stop,) = given.account.orders.values()
    given.place(order("49000", "0.04", buys=False, reduces=True))
    assert stop.left == Decimal("0.06")
    given.place(order("49000", "0.06", buys=False, reduces=True))
    assert given.statuses(stop.oid)[-1] == "reduceOnlyCanceled"


def test_what_reduces_never_turns_a_position_around() -> None:
    given = floor()
    given.place(LONG)
    given.place(order("49000", "5", buys=False, reduces=True))
    assert given.account.held("BTC") == 0


def test_a_modified_order_has_a_new_number_and_the_same_name() -> None:
    given = floor()
    (status,) = given.place(order("49000", "0.1", tif="Gtc", cloid="0x7"))
    first = given.account.orders[status["resting"]["oid"]]
    changed = given.venue.modify(
        given.account, first, order("48000", "0.1", tif="Gtc", cloid="0x7"), given.at + 1
    )
    assert isinstance(changed, dict)
    assert changed["resting"]["oid"] != first.oid
    assert changed["resting"]["cloid"] == "0x7"
    again = given.venue.cancel(given.account, first, "canceled", given.at + 2)
    assert again == {"error": checks.MISSING}


@pytest.mark.parametrize("once", [True, False])
def test_both_models_of_repeated_names(*, once: bool) -> None:
    given = floor()
    given.venue.cloid_once = once
    resting = order("49000", "0.1", tif="Gtc", cloid="0x7")
    (status,) = given.place(resting)
    assert given.error(resting) == checks.REPEATED
    given.venue.cancel(
        given.account, given.account.orders[status["resting"]["oid"]], "canceled", given.at
    )
    assert (given.error(resting) == checks.REPEATED) == once


def test_who_has_no_margin_left_is_liquidated() -> None:
    given = floor(1_000)
    given.place(order("51000", "0.5"))
    given.moves("BTC", "0.985")
    assert given.account.held("BTC") > 0
    given.moves("BTC", "0.97")
    assert given.account.held("BTC") == 0
    assert "liquidation" in given.account.fills[-1]


def test_funding_is_paid_every_hour_on_what_is_held() -> None:
    given = floor()
    given.venue.tick(given.at)
    given.place(LONG)
    before = given.account.cash
    given.at += 3_600_000
    given.venue.tick(given.at)
    rate = given.venue.funding("BTC", given.at)
    assert rate > 0
    assert given.account.cash == before - Decimal("0.1") * 50_000 * rate
    assert [kind for kind, _ in given.told].count("funding") == 1


def test_nonces_are_taken_once_and_not_when_they_are_too_old() -> None:
    nonces = Nonces()
    for number in range(150):
        nonces.take("a", NOON + number, NOON)
    for nonce, words in (
        (NOON + 149, "duplicate nonce"), (NOON + 3, "nonce too low"), (NOON - 3 * 86_400_000, "far"),
    ):  # fmt: skip
        with pytest.raises(Inadmissible, match=words):
            nonces.take("a", nonce, NOON)
    nonces.take("b", NOON + 149, NOON)


def test_a_minutes_weight_is_not_exceeded() -> None:
    limits = RateLimits()
    taken = [limits.admits(20, NOON) for _ in range(70)]
    assert taken.count(True) == 60
    assert not limits.admits(20, NOON + 59_999)
    assert limits.admits(20, NOON + 60_000)


def test_the_market_is_the_same_whenever_it_is_asked() -> None:
    market = NoiseMarket(seed=4)
    coin = market.coins[0]
    whole = market.candles(coin, 3_600_000, NOON, 24)
    for row in range(24):
        alone = market.candles(coin, 3_600_000, NOON + row * 3_600_000, 1)
        assert (alone[0] == whole[row]).all()
    assert (whole[1:, 0] == whole[:-1, 3]).all()
    assert (whole[:, 1] >= whole[:, [0, 3]].max(axis=1)).all()
    assert NoiseMarket(seed=5).price(coin, NOON) != market.price(coin, NOON)


def test_margin_is_shared_between_coins() -> None:
    given: Floor = floor(1_000)
    assert given.error(order("51000", "0.7")) is None
    assert given.error(order("2100", "10", asset=ETH)) == checks.MARGIN
    assert given.error(order("2100", "1", asset=ETH)) is None


def test_a_position_that_is_turned_around_is_told_as_the_venue_does() -> None:
    given = floor()
    given.place(LONG)
    given.place(order("49000", "0.3", buys=False))
    given.place(order("51000", "0.3"))
    words = [one["dir"] for one in given.account.fills]
    assert [word for word in words if ">" in str(word)] == ["Long > Short", "Short > Long"]
