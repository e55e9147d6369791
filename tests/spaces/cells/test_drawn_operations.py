"""Catches: an operation under another's name or in another's colour, an arrow between the wrong states."""

import pytest

from spaces.cells.drawn_operations import operation_arrow, operation_role, operation_words
from spaces.drawing.diagram import Arrow, Role


@pytest.mark.parametrize(
    ("operation", "words", "role"),
    [
        ("none", "none", Role.NOTHING),
        ("skip_connect", "skip", Role.SKIP),
        ("noise", "noise", Role.FREE),
        ("max_pool_3x3", "max pool 3x3", Role.FREE),
        ("maxpool3x3", "maxpool3x3", Role.FREE),
        ("nor_conv_1x1", "conv 1x1", Role.WEIGHTED),
        ("dil_sep_conv_3x3", "dil sep conv 3x3", Role.WEIGHTED),
        ("conv_7x1_1x7", "conv 7x1 1x7", Role.WEIGHTED),
    ],
)
def test_operations_have_words_and_a_role(operation: str, words: str, role: Role) -> None:
    assert operation_words(operation) == words
    assert operation_role(operation) is role


def test_an_arrow_is_called_by_the_numbers_of_its_states() -> None:
    assert operation_arrow(0, 12, "none") == Arrow("0", "12", "none", Role.NOTHING)
