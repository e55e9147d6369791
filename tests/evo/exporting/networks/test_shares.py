"""Catches: shares that do not add up, or whose remainder goes to the last ones."""

from evo.exporting.networks.shares import shares


def test_shares_are_even_and_the_first_get_what_remains() -> None:
    assert shares(16, 3) == [6, 5, 5]
    assert shares(32, 3) == [11, 11, 10]
    assert shares(16, 4) == [4, 4, 4, 4]
