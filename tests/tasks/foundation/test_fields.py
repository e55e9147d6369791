"""Catches: a wrong type taken for a right one (true for 1, "1" for 1), an error that does not name the field."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from tasks.foundation import fields
from tasks.foundation.errors import UsageError


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (fields.number, True),
        (fields.number, "1"),
        (fields.number, None),
        (fields.number, math.nan),
        (fields.number, math.inf),
        (fields.number, 10**400),
        (fields.positive, 0),
        (fields.positive, -1.5),
        (fields.whole, 0),
        (fields.whole, 1.0),
        (fields.whole, True),
        (fields.whole, 10**9),
        (fields.flag, 1),
        (fields.text, ""),
        (fields.text, 3),
        (fields.items, "abc"),
        (fields.items, {"a": 1}),
        (fields.record, [1]),
    ],
)
def test_wrong_values_are_refused_by_name(check: Callable[[str, object], object], value: object) -> None:
    with pytest.raises(UsageError, match=r"^depth=.* needed"):
        check("depth", value)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int64(2)])
def test_numbers_become_plain_floats(value: object) -> None:
    assert fields.number("depth", value) == 2.0
    assert type(fields.number("depth", value)) is float


def test_whole_numbers_become_plain_ints() -> None:
    assert type(fields.whole("depth", np.int64(2))) is int


def test_long_values_are_shortened_in_messages() -> None:
    with pytest.raises(UsageError) as caught:
        fields.number("depth", "x" * 5000)
    assert len(str(caught.value)) < 120


def test_located_puts_the_place_first() -> None:
    with pytest.raises(UsageError, match=r"^stage 2: bad$"), fields.located("stage 2"):
        raise UsageError("bad")


@dataclass(frozen=True)
class Shape:
    width: int
    height: int = 1
    tags: list[str] = field(default_factory=list)


def test_only_fields_without_a_default_are_required() -> None:
    fields.check_keys({"width": 1}, Shape)
    with pytest.raises(UsageError, match="'width' is missing"):
        fields.check_keys({"height": 1}, Shape)
    with pytest.raises(UsageError, match="unknown key 'widht'; did you mean 'width'"):
        fields.check_keys({"widht": 1}, Shape)
