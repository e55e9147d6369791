"""Catches: a name that leads to another folder, or that is too long for a file system."""

from evo.storage.plain_names import plain


def test_what_is_asked_for_becomes_a_plain_name() -> None:
    assert plain("../a b/$c") == "a-b-c"
    assert len(plain("x" * 500)) == 60
