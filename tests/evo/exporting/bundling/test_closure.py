"""Catches: a definition that is needed and not taken, one that is taken though nobody needs it, a foreign library in
what is handed out."""

import pytest

from evo.exporting.bundling.closure import Closure, Rules, Symbol
from evo.exporting.bundling.definitions import parse_module
from tasks.foundation.errors import UsageError

HERE = "tests.evo.exporting.bundling.parts"


def taken(text: str, *attributes: str, **rules: object) -> Closure:
    closure = Closure(Rules(frozenset(("tests",)), **rules))  # type: ignore[arg-type]
    closure.take(parse_module("", text), attributes)
    return closure


def names(closure: Closure) -> set[str]:
    return {place.name for place in closure.definitions}


def test_what_is_needed_is_taken_over_several_modules_and_nothing_else() -> None:
    found = taken(f"from {HERE}.upper import Upper\nMADE = Upper()")
    assert names(found) == {"MADE", "Upper", "Lower", "half", "FACTOR"}
    assert set(found.imports) == {"math", "torch"}
    assert found.members[Symbol(f"{HERE}.upper", "Upper")] == {"__init__"}
    assert found.members[Symbol(f"{HERE}.lower", "Lower")] == {"used"}


def test_a_method_is_taken_where_it_is_asked_for_or_torch_calls_it() -> None:
    asked = taken(f"from {HERE}.upper import Upper\nMADE = Upper()", "unused")
    assert "unused" in asked.members[Symbol(f"{HERE}.upper", "Upper")]
    layer = taken(f"from {HERE}.upper import Layer\nMADE = Layer")
    assert layer.members[Symbol(f"{HERE}.upper", "Layer")] == {"forward"}


def test_a_stand_in_is_taken_in_place_of_what_it_stands_for() -> None:
    instead = {Symbol(f"{HERE}.lower", "half"): Symbol(f"{HERE}.plain", "half")}
    found = taken(f"from {HERE}.lower import half\nMADE = half(2)", instead=instead)
    assert Symbol(f"{HERE}.plain", "half") in found.definitions
    assert "FACTOR" not in names(found)


def test_of_a_table_only_what_the_kept_entries_need_is_taken() -> None:
    tables = {Symbol(f"{HERE}.lower", "TABLE"): {"half"}}
    found = taken(f"from {HERE}.lower import TABLE\nMADE = TABLE", tables=tables)
    assert names(found) == {"MADE", "TABLE", "half", "FACTOR"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"from {HERE}.foreign import counted\nX = counted", "imports numpy, which is neither torch nor"),
        (f"from {HERE}.foreign import late\nX = late", "imports numpy within a function"),
        (f"import {HERE}.lower as low\nX = low.half", "as a whole; import what it needs"),
        (f"from {HERE}.lower import nothing\nX = nothing", "whose source does not define it"),
        (
            f"from {HERE}.lower import half\nfrom {HERE}.plain import half as b\nX = half, b",
            "both call something 'half'",
        ),
    ],
)
def test_what_cannot_be_taken_is_named(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        taken(text)
