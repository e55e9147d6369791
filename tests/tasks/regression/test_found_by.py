"""Catches: an origin that is lost, shared with its giver, no JSON, or large enough to hurt a reader."""

import json
from typing import Any

import pytest

from tasks.foundation.errors import UsageError
from tasks.regression.found_by import DEEPEST, MOST_CHARACTERS, settle_found_by, with_found_by


def nested(depth: int) -> dict[str, Any]:
    inner: Any = 1
    for level in range(depth):
        inner = [inner] if level % 2 else {"in": inner}
    return {"in": inner}


def test_an_origin_is_a_copy_as_json_reads_it_back() -> None:
    given = {"panel": {"name": "digits", "size": 20}, "seeds": (1, 2), "rho": 0.5, "metric": None}
    settled = settle_found_by(given)
    assert settled == {"panel": {"name": "digits", "size": 20}, "seeds": [1, 2], "rho": 0.5, "metric": None}
    given["panel"]["size"] = 3  # type: ignore[index]
    assert settled["panel"]["size"] == 20
    assert settle_found_by(None) is None


def test_the_largest_and_deepest_are_taken_and_what_is_beyond_is_refused_in_a_line() -> None:
    fits = {"a": "x" * (MOST_CHARACTERS - len('{"a": ""}'))}
    assert len(json.dumps(fits)) == MOST_CHARACTERS
    assert settle_found_by(fits) == fits
    assert settle_found_by(nested(DEEPEST - 1)) == nested(DEEPEST - 1)
    for beyond in ({"a": fits["a"] + "x"}, nested(DEEPEST), nested(5_000)):
        with pytest.raises(UsageError, match=r"^found_by") as caught:
            settle_found_by(beyond)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize("value", ["text", [1], 3, {"a": {1, 2}}, {"a": float("nan")}, {(1, 2): 3}])
def test_what_is_no_json_object_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match=r"^found_by"):
        settle_found_by(value)


def test_fields_have_an_origin_only_where_there_is_one() -> None:
    fields = {"name": "x"}
    assert with_found_by(fields, None) == {"name": "x"}
    assert with_found_by(fields, {"seed": 0}) == {"name": "x", "found_by": {"seed": 0}}
    assert fields == {"name": "x"}
