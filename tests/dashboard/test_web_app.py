"""Serving the built page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.conftest import Running


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>built</p>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    return tmp_path


def test_the_page_is_asked_for_again_its_assets_never(running: Running) -> None:
    page, asset = running.http.get("/"), running.http.get("/assets/app-1a2b.js")
    assert page.text == "<p>built</p>"
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")
