"""Catches: source that makes another value, a line that is too long, a value that source cannot spell."""

import enum
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.exporting.bundling.literals import LINE, literal, records_in
from tasks.foundation.errors import UsageError


class Colour(enum.StrEnum):
    RED = "red"


class Pair(NamedTuple):
    one: int
    other: tuple[int, ...]


@dataclass(frozen=True)
class Record:
    name: str
    size: int = 3
    parts: tuple[Any, ...] = ()
    hidden: int = field(default=0, init=False)


NAMES = {"Colour": Colour, "Pair": Pair, "Record": Record}
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    PLAIN | st.just(Colour.RED),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.builds(Record, st.text(max_size=5), st.integers(0, 4), st.tuples(inner))
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_source_makes_the_value_again(value: object) -> None:
    assert eval(literal(value), dict(NAMES)) == value


def test_a_record_says_what_differs_from_its_defaults() -> None:
    assert literal(Record("a")) == 'Record(name="a")'
    assert literal(Record("a", 4, (Colour.RED, 1.5))) == 'Record(name="a", size=4, parts=(Colour.RED, 1.5))'
    assert literal(Pair(1, (2,))) == "Pair(one=1, other=(2,))"
    assert literal('say "no"') == "'say \"no\"'"


def test_what_does_not_fit_in_a_line_is_laid_out_as_formatters_do() -> None:
    value = Record("a" * 60, parts=("b" * 60, (1, 2)))
    assert literal(value, used=8) == (f'Record(\n    name="{"a" * 60}",\n    parts=("{"b" * 60}", (1, 2)),\n)')
    fits = ("c" * (LINE - 10 - 5),)  # brackets, quotation marks and a comma
    assert literal(fits, used=10).count("\n") == 0
    assert literal(fits, used=11) == f'(\n    "{"c" * (LINE - 15)}",\n)'


def test_the_types_that_source_needs_are_known() -> None:
    assert list(records_in(Record("a", parts=(Colour.RED, [Pair(1, ())])))) == [Record, Colour, Pair]


@pytest.mark.parametrize(("value", "named"), [({1}, "set"), ((1, object()), "object"), (float("inf"), "float")])
def test_what_source_cannot_spell_is_named(value: object, named: str) -> None:
    with pytest.raises(UsageError, match=f"a {named} cannot be written as source"):
        literal(value)
