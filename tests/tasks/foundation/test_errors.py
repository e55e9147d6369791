"""Catches: an error text without the nearest spelling, the known names or with more than one line."""

from tasks.foundation.errors import UsageError, unknown_name


def test_the_nearest_spelling_comes_before_the_known_names() -> None:
    error = unknown_name("data", "fotos", ["photos", "digits"])
    assert str(error) == "unknown data 'fotos'; did you mean 'photos'? (known: digits, photos)"


def test_nothing_is_suggested_for_a_name_far_from_all() -> None:
    assert str(unknown_name("data", "zzz", ["photos"])) == "unknown data 'zzz' (known: photos)"


def test_an_empty_table_says_none() -> None:
    assert str(unknown_name("space", "x", [])) == "unknown space 'x' (known: none)"


def test_a_line_break_in_a_name_stays_on_one_line() -> None:
    assert "\n" not in str(unknown_name("data", "pho\ntos", ["photos"]))


def test_usage_errors_are_value_errors() -> None:
    assert issubclass(UsageError, ValueError)
