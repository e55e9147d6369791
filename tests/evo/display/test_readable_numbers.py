"""Catches: a number of dozens of digits, digits that nobody measured, a plural of one."""

import pytest

from evo.display.readable_numbers import counted, front_of, in_thousands, learning, readable, shortly


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (363610.0, "363610"),
        (924446045478098430398848903910278204489728.0, "9.24446e+41"),
        (-0.61234567, "-0.612346"),
        (1379.558531, "1379.56"),
        (0.0, "0"),
        (None, "-"),
    ],
)
def test_a_number_has_six_digits(number: float | None, text: str) -> None:
    assert readable(number) == text


def test_from_how_many_a_strategy_learns_is_said_where_it_learns() -> None:
    assert (learning(0), learning(12)) == ("", ", learning from 12 labelled candidates")


def test_the_size_of_a_front_is_said_where_there_is_one() -> None:
    assert (front_of(0), front_of(12)) == ("", ", front of 12")


def test_one_is_no_plural() -> None:
    assert [counted(n, "fitness", "fitnesses") for n in (1, 2)] == ["1 fitness", "2 fitnesses"]
    assert [counted(n, "worker") for n in (0, 1)] == ["0 workers", "1 worker"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (9999.0, "9999"),
        (10_000, "10k"),
        (-12_345_678.0, "-12.3457M"),
        (3e9, "3G"),
        (2.5e12, "2.5T"),
        (1e15, "1e+15"),
        (0.25, "0.25"),
    ],
)
def test_large_numbers_have_a_letter(number: float, text: str) -> None:
    assert in_thousands(number) == text
    assert in_thousands(123_456_789, 3) == "123M"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (89.0, "89 s"), (90.0, "2 min"), (7_199.0, "120 min"), (7_200.0, "2 h"), (172_800.0, "2 days")],
)
def test_a_time_is_told_in_one_unit(seconds: float, text: str) -> None:
    assert shortly(seconds) == text
