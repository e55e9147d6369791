"""Catches: records lost where one chunk of the text ends, damage that goes unnoticed, the whole text held at once."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.tables import json_records as module
from spaces.tables.json_records import json_records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def read(text: str) -> list[Any]:
    return list(json_records(io.StringIO(text)))


@settings(max_examples=50)
@given(st.lists(VALUES, max_size=5), st.integers(1, 9), st.sampled_from([None, 1]))
def test_a_list_comes_back_whatever_the_chunk(records: list[Any], chunk: int, indent: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        assert read(json.dumps(records, indent=indent)) == records


def test_lists_of_an_object_follow_each_other() -> None:
    assert read(' {"top": [1, {"a": 2}], "mid": [3], "none": []}\n') == [1, {"a": 2}, 3]


@pytest.mark.parametrize(
    "text",
    ["", " ", "3", '"a"', "{}", '{"a": 1}', '{"a": {}}', "{1: [2]}", "[1, 2", "[1,,2]", "[1 2]", "[1]x", "[01]", "[1,]",
     '{"a": [1]', '{"a": [1], "b"', "[" * 100_000, "[\x00]", '["\\u12"]'],
)  # fmt: skip
def test_anything_else_is_an_error_of_one_line(text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        read(text)
    assert "\n" not in str(caught.value)


def test_records_come_before_the_text_is_read_to_its_end() -> None:
    stream = io.StringIO("[" + ", ".join(["1"] * 200_000) + "]")
    assert next(json_records(stream)) == 1
    assert stream.tell() < 200_000


@settings(max_examples=50)
@given(st.data())
def test_a_text_cut_off_is_an_error(data: st.DataObject) -> None:
    text = json.dumps([{"net": [1, 2], "é": "x"}, 2.5, None])
    with pytest.raises(ValueError):  # noqa: PT011
        read(text[: data.draw(st.integers(0, len(text) - 1))])
