"""The relay beside a bot: it ends before what it uses is closed."""

from __future__ import annotations

from pathlib import Path

from tests.builders.patience import until
from tests.contracts.growing import Growing
from trimtab.app.brokers import relayed
from trimtab.runtime.row_groups import ROWS


def test_a_relay_that_is_stopped_in_the_middle_ends_before_its_files_close(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    growing.write(16 * ROWS)
    growing.close()
    with relayed(str(growing.path), "") as relay:
        until(lambda: relay.state.seq > 0)
    assert relay.state.error == ""
