"""Catches: an error text without the nearest spelling, the known names or with more than one line."""

import pytest

from tasks.foundation.errors import LONGEST_LINE, UsageError, bounded, first_line, last_line, named, unknown_name


def test_the_nearest_spelling_comes_before_the_known_names() -> None:
    error = unknown_name("data", "fotos", ["photos", "digits"])
    assert str(error) == "unknown data 'fotos'; did you mean 'photos'? (known: digits, photos)"


def test_nothing_is_suggested_for_a_name_far_from_all() -> None:
    assert str(unknown_name("data", "zzz", ["photos"])) == "unknown data 'zzz' (known: photos)"


def test_an_empty_table_says_none() -> None:
    assert str(unknown_name("space", "x", [])) == "unknown space 'x' (known: none)"


def test_a_line_break_in_a_name_stays_on_one_line() -> None:
    assert "\n" not in str(unknown_name("data", "pho\ntos", ["photos"]))


def test_of_many_names_the_nearest_three_and_where_to_see_all() -> None:
    known = [f"nds_{kind}" for kind in "abcdefghijklm"]
    assert str(unknown_name("space", "nds_bb", known, see="the list")) == (
        "unknown space 'nds_bb'; did you mean 'nds_b'? (nearest: nds_b, nds_m, nds_l; 13 are known, see the list)"
    )
    assert named(known) == "nds_a, nds_b, nds_c and 10 more, see --help"
    assert named(known[:12]) == ", ".join(known[:12])


def test_a_name_without_end_is_cut() -> None:
    assert len(str(unknown_name("space", "x" * 5_000_000, ["darts"]))) < 200


@pytest.mark.parametrize("longest", [40, LONGEST_LINE])
def test_a_line_without_end_keeps_its_beginning_and_its_end(longest: int) -> None:
    line = bounded("begin " + "x" * 1_000_000 + " end", longest)
    assert len(line) == longest
    assert line.startswith("begin xx")
    assert line.endswith("xx end")
    assert bounded("x" * longest, longest) == "x" * longest


def test_the_lines_of_errors_and_tracebacks_are_bounded() -> None:
    assert len(first_line(ValueError("x" * 10_000))) == LONGEST_LINE
    assert len(last_line("a\n" + "x" * 10_000)) == LONGEST_LINE


def test_usage_errors_are_value_errors() -> None:
    assert issubclass(UsageError, ValueError)
