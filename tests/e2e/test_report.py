"""A comparison's report in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import write_world
from tests.dashboard import node


class Seen(msgspec.Struct):
    """What a reader's browser had to say."""

    messages: list[str]
    requests: list[str]
    overflow: int


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    node.require_browser()
    folder = tmp_path_factory.mktemp("report")
    page = folder / "compare.html"
    words = [*write_world(folder).options(), "--topics", "trend-8h", "--static-threshold", "0.002"]
    assert trimtab("compare", *words, "--report", page).code == 0
    return page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_it_opens_without_a_word_without_the_network_and_without_scrolling_sideways(
    page: Path, tmp_path: Path, scheme: str, width: int
) -> None:
    printed = tmp_path / "printed.pdf"
    script = node.start(
        "report.mjs", str(page), str(tmp_path / "seen.png"), scheme, str(width), str(printed)
    )
    out, _ = script.communicate(timeout=60)
    assert msgspec.json.decode(out, type=Seen) == Seen([], [], 0)
    assert printed.read_bytes().startswith(b"%PDF")
