"""Catches: a format in the table that is not there, an unknown one that ends in a traceback."""

import inspect

import pytest

from evo.exporting.formats import FORMATS, check_format, format_named
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_a_function_of_an_exportable(name: str) -> None:
    check_format(name)
    assert list(inspect.signature(format_named(name)).parameters) == ["exportable"]


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown --format 'torhc'; did you mean 'torch'\? \(known: .*torch"):
        format_named("torhc")
