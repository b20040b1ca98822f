"""trimtab topics and trimtab forecasts: what Allora says, and what of it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.allora import Running, allora
from tests.builders.commands import trimtab
from trimtab.adapters.stand_ins.allora.stand_in import KEY
from trimtab.domain.units import HOUR, Micros


@pytest.fixture(name="here")
def running() -> Iterator[Running]:
    with allora() as one:
        yield one


@pytest.fixture(autouse=True)
def _without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIMTAB_ALLORA_KEY", raising=False)


@pytest.fixture(name="key_file")
def file_of_the_key(tmp_path: Path) -> Path:
    file = tmp_path / "allora.key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def test_topics_are_listed_with_what_they_are_good_for(here: Running) -> None:
    answer = trimtab("topics", "--url", here.url, "--json", "-")
    assert answer.code == 0
    assert answer.json["network"] == "mainnet"
    assert answer.json["block_seconds"] == 5.6
    reasons = {one["topic_id"]: one["not_traded"] for one in answer.json["topics"]}
    assert reasons[1] == ""
    assert reasons[20] == "a volatility tells no direction"
    assert answer.json["streams"]["14"] == "price-8h"
    assert answer.json["crossed"] is None
    assert "log-return-8h" in answer.err


def test_topics_are_crossed_with_markets(here: Running) -> None:
    answer = trimtab("topics", "--url", here.url, "--coins", "BTC,DOGE", "--json", "-")
    assert answer.json["crossed"] == {
        "both": ["BTC"], "only_forecast": ["ETH", "SOL"], "only_market": ["DOGE"],
    }  # fmt: skip
    assert set(answer.json["streams"]) == {"1", "14", "15"}
    assert "forecast only: ETH, SOL" in answer.err


def test_a_key_makes_it_ask_the_consumer_api(here: Running, key_file: Path) -> None:
    by_chain = trimtab("topics", "--url", here.url, "--json", "-").json["topics"]
    here.stand_in.asked.clear()
    answer = trimtab("topics", "--url", here.url, "--key-file", key_file, "--json", "-")
    assert answer.json["topics"] == by_chain
    assert ("/v2/allora/allora-mainnet-1/topics", KEY) in here.stand_in.asked
    assert not any("/emissions/" in path for path, _ in here.stand_in.asked)


def test_a_forecast_is_told_with_its_age(here: Running) -> None:
    answer = trimtab("forecasts", 14, "--url", here.url, "--network", "testnet", "--json", "-")
    assert answer.code == 0
    (told,) = answer.json["forecasts"]
    assert (told["source"], told["freshness"]) == ("chain", "fresh")
    assert isinstance(told["value"], str)
    assert 60 < told["age_s"] < 500
    assert "BTC/USD - Price Prediction - 8h" in answer.err


def test_with_a_key_both_sources_are_told(here: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_ALLORA_KEY", KEY)
    answer = trimtab("forecasts", 14, "--url", here.url, "--json", "-")
    assert answer.code == 0
    assert [one["source"] for one in answer.json["forecasts"]] == ["chain", "api"]
    assert answer.json["problem"] == ""


def test_sources_that_disagree_are_told_with_code_1(here: Running, key_file: Path) -> None:
    here.stand_in.faults.deviating[14] = 1.1
    answer = trimtab("forecasts", 14, "--url", here.url, "--key-file", key_file)
    assert answer.code == 1
    assert "not used: topic 14 (BTC on mainnet): the API tells" in answer.err


def test_an_api_that_is_one_inference_behind_is_no_disagreement(
    here: Running, key_file: Path
) -> None:
    here.stand_in.faults.behind = 1
    answer = trimtab("forecasts", 14, "--url", here.url, "--key-file", key_file, "--json", "-")
    assert (answer.code, answer.json["problem"]) == (0, "")
    one, other = answer.json["forecasts"]
    assert one["value"] != other["value"]


def test_a_stale_forecast_is_told_with_code_1(here: Running) -> None:
    here.stand_in.faults.quiet[1] = Micros(1_770_000_000_000_000 - HOUR)
    answer = trimtab("forecasts", 1, "--url", here.url, "--json", "-")
    assert answer.code == 1
    assert answer.json["problem"] == "it is stale"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("forecasts", "777"), "no such topic, or no forecast of it yet"),
        (("topics", "--network", "moonnet"), "--network 'moonnet': no such network"),
        (("topics", "--key-file", "nowhere.key"), "nowhere.key: No such file or directory"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    here: Running, words: tuple[str, ...], complaint: str
) -> None:
    answer = trimtab(*words, "--url", here.url)
    assert answer.code == 2
    assert complaint in answer.err
    assert answer.err.count("\n") == 1


def test_a_url_with_a_secret_in_it_is_refused_and_not_repeated() -> None:
    answer = trimtab("topics", "--url", "http://ada:sesame@127.0.0.1:1")
    assert answer.code == 2
    assert "sesame" not in answer.err


def test_a_key_that_others_may_read_is_refused(here: Running, key_file: Path) -> None:
    key_file.chmod(0o644)
    answer = trimtab("topics", "--url", here.url, "--key-file", key_file)
    assert answer.code == 2
    assert f"run `chmod 600 {key_file}`" in answer.err


def test_a_refused_key_is_told_and_not_shown(here: Running, key_file: Path) -> None:
    key_file.write_text("UP-somebody-elses", encoding="utf-8")
    answer = trimtab("topics", "--url", here.url, "--key-file", key_file)
    assert answer.code == 2
    assert "the API key is refused" in answer.err
    assert "somebody-elses" not in answer.err


def test_what_was_asked_again_does_not_disturb_the_figures(here: Running) -> None:
    here.stand_in.faults.status = {503: 1}
    answer = trimtab("forecasts", 14, "--url", here.url, "--json", "-")
    assert answer.code == 0
    assert answer.json["problem"] == ""


def test_nobody_there_is_told() -> None:
    answer = trimtab("topics", "--url", "http://127.0.0.1:1")
    assert answer.code == 2
    assert "trimtab: http://127.0.0.1:1/" in answer.err
