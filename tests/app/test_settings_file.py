"""trimtab.toml: everything has a default, and every mistake is told with key, value and mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.app.commands.init import TEMPLATE
from trimtab.app.configuring import configuration
from trimtab.app.errors import UserError
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings
from trimtab.domain.configuration import Adapting
from trimtab.domain.units import Micros
from trimtab.runtime.snapshot_keeper import SNAPSHOT_EVERY

MISTAKES = {
    "capital = -5.0": "capital is -5.0: it must be a number > 0.0",
    "capital = inf": "capital is inf: it must be a number <= 1000000000000.0",
    "capital = nan": "capital is nan: it must be a number > 0.0",
    "snapshot_every = 0": "snapshot_every is 0: it must be a whole number >= 1",
    'capital = "much"': "capital is 'much': it must be a number",
    "port = 70000": "port is 70000: it must be a whole number <= 65535",
    'stage = "half"': 'stage is \'half\': it must be "shadow", "limited" or "full"',
    'bot = "My Bot"': "bot is 'My Bot': it must be a text matching regex '^[a-z0-9-]{1,32}$'",
    "gate = 3": "gate is 3: it must be a section of its own",
    "[gate]\nenter = 1.5": "gate.enter is 1.5: it must be a number <= 1.0",
    "[gate]\nenter = 0.5\nleave = 0.6": (
        "gate.leave 0.6 is above gate.enter 0.5: lower leave or raise enter"
    ),
    '[thresholds]\n"a b" = 0.1\n"c.d" = -1': "thresholds.c.d is -1: it must be a number >= 0.0",
    "[exits]\nhorizon = 3": "exits.horizon is 3: it must be true or false",
    "[exits]\nstop_loss = 1.0": "exits.stop_loss is 1.0: it must be a number < 1.0",
    "[sizing]\nmaximum_scale = 0": "sizing.maximum_scale is 0: it must be a number > 0.0",
    "[risk]\nleverage = 51": "risk.leverage is 51: it must be a number <= 50.0",
    "[costs]\ntaker_fee = -1.0": "costs.taker_fee is -1.0: it must be a number >= 0.0",
    "levrage = 2": (
        "unknown key levrage: use one of bot, mode, bar, stage, capital, port, journal, broker, "
        "snapshot_every, coins, standby, locked_from, thresholds, gate, exits, sizing, risk, limits, costs, "
        "adaptation, audit, retention, hyperliquid, signer, allora"
    ),
    "[risk]\nleverage = 6.0": (
        "risk.leverage 6 is above limits.leverage 5: lower it, or raise the limit"
    ),
    "[limits]\ndaily_loss = 0.3": (
        "limits.daily_loss 0.3 is above limits.weekly_loss 0.2: lower the day's, or raise the week's"
    ),
    "[risk]\nlevrage = 2": "unknown key risk.levrage: use one of leverage, maximum_drawdown",
    'journal = "postgresql://ada:s3/cr?et@db/bots"': (
        "journal is postgresql://...: a password may not stand in a URL: take it out, "
        "and put it into ~/.pgpass or the environment variable PGPASSWORD"
    ),
    'journal = "postgresql://ada@db/bots?password=s3cret"': (
        "journal is postgresql://...: a password may not stand in a URL: take it out, "
        "and put it into ~/.pgpass or the environment variable PGPASSWORD"
    ),
    'broker = "nats://:s3cret@127.0.0.1:4222"': (
        "broker is nats://...: a password may not stand in a URL: take it out, "
        "and put it into the environment variable TRIMTAB_BROKER_PASSWORD"
    ),
    "[audit]\nanchors = [3]": "audit.anchors is [3]: it must be a text",
    "[adaptation]\nreserve = 2": "adaptation.reserve is 2: it must be a number <= 1.0",
    "[adaptation]\nlearn_until = 3": (
        "adaptation.learn_until is 3: it must be a day such as 2024-06-30"
    ),
    '[adaptation]\nwithout = ["tighten"]': (
        "adaptation.without names tighten, which is no rule: use some of adapt_crypto_mix, "
        "diversify_positions, pause_topic, tighten_risk, widen_slippage_guard"
    ),
    "[adaptation]\ncontexts = 1": "adaptation.contexts is 1: it must be true or false",
    "[retention]\nkeep_bars_days = 0": (
        "retention.keep_bars_days is 0: it must be a whole number >= 1"
    ),
    "capital = = 3": "not TOML: Invalid value (at line 1, column 11): correct that place",
}


def complaint(path: Path) -> str:
    with pytest.raises(UserError) as told:
        read_settings(path)
    return str(told.value)


@pytest.mark.parametrize(("text", "words"), MISTAKES.items(), ids=str)
def test_a_mistake_is_told_in_one_line_with_file_key_value_and_mend(
    text: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "trimtab.toml"
    file.write_text(text, encoding="utf-8")
    assert complaint(file) == f"{file}: {words}"


def test_a_file_that_is_not_there_tells_how_to_get_one(tmp_path: Path) -> None:
    file = tmp_path / "trimtab.toml"
    assert complaint(file) == f"{file}: no such file: `trimtab init` writes one"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert complaint(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "trimtab.toml"
    file.write_bytes(b"\xff\xfe")
    assert complaint(file).startswith(f"{file}: not TOML: 'utf-8' codec can't decode")


def test_the_template_says_the_defaults_and_names_every_key(tmp_path: Path) -> None:
    file = tmp_path / "trimtab.toml"
    file.write_bytes(TEMPLATE)
    assert read_settings(file) == Settings() == read_settings(None)
    for name in Settings.__struct_fields__:
        section = getattr(Settings(), name)
        for key in getattr(section, "__struct_fields__", (name,)):
            assert f"\n{key} = " in TEMPLATE.decode() or f"\n[{key}]" in TEMPLATE.decode()


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("", None),
        ("learn = false", 0),
        ("learn_until = 2023-01-01", 1_672_531_200_000_000),
        ('learn_until = "2023-01-01"', 1_672_531_200_000_000),
    ],
)
def test_learning_ends_where_it_is_written(text: str, until: int | None, tmp_path: Path) -> None:
    file = tmp_path / "trimtab.toml"
    file.write_text(f"[adaptation]\nreserve = 0.2\n{text}\n", encoding="utf-8")
    adapting = configuration(read_settings(file), (), ()).adapting
    assert adapting == Adapting(0.2, None if until is None else Micros(until))


def test_the_state_is_kept_as_often_as_a_bot_does_by_itself() -> None:
    assert Settings().snapshot_every == SNAPSHOT_EVERY


def test_places_of_the_journal_and_the_broker_are_read(tmp_path: Path) -> None:
    file = tmp_path / "trimtab.toml"
    file.write_text('journal = "postgresql://ada@db:5432/bots"\nbroker = "nats://127.0.0.1:4222"\n')
    read = read_settings(file)
    assert (read.journal, read.broker) == ("postgresql://ada@db:5432/bots", "nats://127.0.0.1:4222")


@given(
    some.floats(1.0, 1e9), some.sampled_from(["shadow", "limited", "full"]), some.floats(0.6, 1.0)
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, capital: float, stage: str, enter: float
) -> None:
    file = tmp_path_factory.getbasetemp() / "written.toml"
    file.write_text(f'capital = {capital!r}\nstage = "{stage}"\n[gate]\nenter = {enter!r}\n')
    read = read_settings(file)
    assert (read.capital, read.stage, read.gate.enter) == (capital, stage, enter)
