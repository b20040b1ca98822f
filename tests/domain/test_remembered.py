"""An answer is asked for once for each object, and never taken for another's."""

from __future__ import annotations

from trimtab.domain.remembered import remembered


def test_the_same_object_is_asked_once() -> None:
    asked = list[dict[str, int]]()

    @remembered
    def size(of: dict[str, int]) -> int:
        asked.append(of)
        return len(of)

    one = {"BTC": 1}

    assert [size(one), size(one), size(one)] == [1, 1, 1]
    assert asked == [one]


def test_an_equal_object_is_another_one() -> None:
    first, second = {"BTC": [1]}, {"BTC": [1]}

    @remembered
    def inside(of: dict[str, list[int]]) -> list[int]:
        return of["BTC"]

    assert inside(first) is first["BTC"]
    assert inside(second) is second["BTC"]
    assert inside(first) is first["BTC"]
