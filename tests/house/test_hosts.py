"""Nothing in the repository is bound to one machine or one registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_hosts import complaints, tracked


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    assert [complaint for path in tracked() for complaint in complaints(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        '"resolved": "https://registry.' + 'npmjs.org/react"',
        "--index" + "-url somewhere",
        "open('/ro" + "ot/run.db')",
        "read('..' '/..' ../" + "shared/data')",
    ],
)
def test_such_a_line_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text(f"first\n{line}\n", encoding="utf-8")
    assert complaints(file)[0].startswith(f"{file}:2: names ")


def test_the_page_may_import_from_its_shared_folder(tmp_path: Path) -> None:
    file = tmp_path / "page.tsx"
    file.write_text('import { price } from "../../shared/format/price";\n', encoding="utf-8")
    assert complaints(file) == []
