"""The Overview in a real browser: nothing to complain about, in any palette, on any screen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.dashboard import node
from trimtab.dashboard.server import Dashboard

Seen = dict[str, dict[str, Any]]
LOOKS = [
    f"{scheme} {palette}"
    for scheme in ("dark", "light")
    for palette in ("teal", "blue", "contrast")
]


@pytest.fixture(scope="module")
def seen(dashboard: Dashboard) -> Seen:
    out, _ = node.start("look.mjs", dashboard.url).communicate(timeout=120)
    return msgspec.json.decode(out, type=Seen)


@pytest.mark.parametrize("look", [*LOOKS, "phone"])
def test_the_browser_has_nothing_to_complain_about(seen: Seen, look: str) -> None:
    """No error or warning in the console, no violated policy, no request to another host."""
    assert seen[look]["complaints"] == []


@pytest.mark.parametrize("look", [*LOOKS, "phone"])
def test_everybody_can_use_it(seen: Seen, look: str) -> None:
    """WCAG 2.2 AA, as far as axe can tell."""
    assert seen[look]["violations"] == []


def test_an_adaptation_is_shown_with_its_reason(seen: Seen) -> None:
    text = seen["dark teal"]["text"]
    assert "The market turned volatile. In volatile markets pooled-8h is right 57 %" in text
    assert "+AVAX (pooled-8h)" in text
    assert "conf 87 %" in text


def test_a_demo_says_so(seen: Seen) -> None:
    assert "DEMO" in seen["phone"]["text"].upper().split("\n")


def test_everything_of_the_overview_is_there(seen: Seen) -> None:
    text = seen["dark teal"]["text"]
    for title in (
        "Market context",
        "Risk",
        "Forecast accuracy, %",
        "Positions",
        "Adapted v static",
    ):
        assert title in text
    assert seen["dark teal"]["canvases"] > 0


def test_it_fits_a_phone_and_stop_is_in_sight(seen: Seen) -> None:
    phone = seen["phone"]
    assert phone["sideways"] == 0
    assert phone["stop"]["y"] + phone["stop"]["height"] <= 844


def test_it_paints_at_once(seen: Seen) -> None:
    assert sorted(each["paint"] for each in seen.values())[len(seen) // 2] < 1_500
