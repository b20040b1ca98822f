"""A checkpoint's text is canonical, and is found in whatever it was kept or sent in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from trimtab.domain.units import Micros
from trimtab.records.checkpoint import TORN, Checkpoint, Found, found_in, signed_bytes, text_of, utc

ONE = Checkpoint("demo/00ff", 3, "aa" * 32, "bb" * 32, utc(Micros(1)), "ed25519:a2V5", "c2ln")
checkpoints = some.builds(
    Checkpoint,
    origin=some.from_regex(r"[a-z0-9-]{1,32}/[0-9a-f]{16}", fullmatch=True),
    size=some.integers(1, 2**62),
    root=some.binary(min_size=32, max_size=32).map(bytes.hex),
    last=some.binary(min_size=32, max_size=32).map(bytes.hex),
    time=some.integers(0, 4_000_000_000_000_000).map(Micros).map(utc),
    key=some.just("ed25519:a2V5"),
    signature=some.from_regex(r"[A-Za-z0-9+/]{86}==", fullmatch=True),
)


def test_the_text_is_as_documented_and_the_signed_bytes_are_all_but_its_last_line() -> None:
    text = text_of(ONE)
    assert text == (
        "trimtab journal checkpoint v1\norigin demo/00ff\nsize 3\n"
        f"root {'aa' * 32}\nlast {'bb' * 32}\ntime 1970-01-01T00:00:00.000001Z\n"
        "key ed25519:a2V5\nsignature c2ln\n\n"
    )
    assert text.encode() == signed_bytes(ONE) + b"signature c2ln\n\n"


@given(some.lists(checkpoints, max_size=4))
def test_what_is_written_is_what_is_found(written: list[Checkpoint]) -> None:
    assert found_in("".join(map(text_of, written))) == Found(tuple(written))


def test_in_a_mail_with_headers_and_other_line_ends_it_is_found() -> None:
    mail = "Subject: checkpoint\r\n\r\n" + text_of(ONE).replace("\n", "\r\n") + "-- \r\nbye"
    assert found_in(mail) == Found((ONE,))


@given(some.integers(1, len(text_of(ONE)) - 2))
def test_one_that_was_cut_off_anywhere_is_torn_and_the_ones_around_it_are_read(cut: int) -> None:
    torn = text_of(ONE)[:cut]
    assert found_in(text_of(ONE) + torn).checkpoints == (ONE,)
    mended = found_in(text_of(ONE) + torn + f"\n{TORN}\n\n" + text_of(replace(ONE, size=4)))
    assert [one.size for one in mended.checkpoints] == [3, 4]
    assert mended.unreadable == ()


@given(checkpoints, some.data())
def test_a_changed_character_is_noticed(written: Checkpoint, data: some.DataObject) -> None:
    text = text_of(written)
    place = data.draw(some.integers(0, len(text) - 3))
    other = data.draw(some.sampled_from("0 z\n+A").filter(lambda sign: sign != text[place]))
    assert found_in(text[:place] + other + text[place + 1 :]) != Found((written,))


def test_a_line_that_says_the_same_otherwise_is_no_checkpoint() -> None:
    for was, now in (("size 3", "size 03"), ("size 3", "size x"), ("root", "Root")):
        found = found_in(text_of(ONE).replace(was, now))
        assert (found.checkpoints, len(found.unreadable)) == ((), 1)


def test_a_moment_is_told_to_the_microsecond() -> None:
    assert utc(Micros(1_732_421_821_000_009)) == "2024-11-24T04:17:01.000009Z"
