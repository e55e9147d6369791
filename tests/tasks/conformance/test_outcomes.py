"""Catches: a complaint that does not say about what, or loses the exception behind it; a text of unbearable length."""

import pytest

from tasks.conformance.outcomes import Nonconformance, naming, require, shorten


def test_what_holds_is_no_complaint() -> None:
    require(1, "never")
    with pytest.raises(Nonconformance, match=r"^it is empty$"):
        require([], "it is empty")


def test_an_exception_becomes_a_complaint_that_keeps_it() -> None:
    with pytest.raises(Nonconformance, match=r"^KeyError: 'x'; for here$") as caught, naming(lambda: "here"):
        {}["x"]
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_complaint_about_a_complaint_keeps_the_first_cause() -> None:
    with pytest.raises(Nonconformance, match=r"^KeyError: 'x'; for inner; for outer$") as caught:  # noqa: PT012, SIM117
        with naming(lambda: "outer"):
            with naming(lambda: "inner"):
                {}["x"]
    assert isinstance(caught.value.__cause__, KeyError)


def test_long_and_broken_texts_are_shown_in_one_bearable_line() -> None:
    assert shorten("a\nb\r\nc") == "a b c"
    assert shorten("x" * 5_000) == "x" * 1_000 + "... (5,000 characters)"
    assert shorten("x" * 1_000) == "x" * 1_000
