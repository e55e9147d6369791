"""Catches: a method that is kept though nobody needs it or is cut off in its middle, a check of a record that stays, an
entry of a table too few."""

import ast

import pytest

from evo.exporting.bundling.definitions import parse_module
from evo.exporting.bundling.trimming import class_text, members, table_text

CLASS = '''\
class Kind:
    """A kind."""

    size = 1

    def __init__(self) -> None:
        self.x = 1

    # a remark on it
    @property
    def wanted(self) -> int:
        return 1

    def other(self) -> int:
        return 2
'''


def test_of_a_class_the_wanted_members_stay_with_their_comments() -> None:
    source = parse_module("m", CLASS)
    found = class_text(source, source.definitions["Kind"], {"__init__", "wanted"})
    assert found == CLASS[: CLASS.index("\n    def other")].rstrip("\n")
    found = class_text(source, source.definitions["Kind"], {"other"})
    assert found.split("\n\n") == [
        'class Kind:\n    """A kind."""',
        "    size = 1",
        "    def other(self) -> int:\n        return 2",
    ]


@pytest.mark.parametrize(
    ("decorator", "body", "stays"),
    [
        ("@dataclass(frozen=True)", "check(self.x)", False),
        ("@dataclass(frozen=True)", "object.__setattr__(self, 'x', 1)", True),
        ("@dataclass(frozen=True)", "super().__post_init__()", True),
        ("@dataclass(frozen=False)", "check(self.x)", True),
        ("@dataclass", "self.x = 1", True),
    ],
)
def test_what_can_only_check_a_frozen_record_is_no_member(decorator: str, body: str, stays: bool) -> None:
    text = f"{decorator}\nclass Record:\n    x: int\n\n    def __post_init__(self):\n        {body}\n"
    node = parse_module("m", text).definitions["Record"].node
    assert isinstance(node, ast.ClassDef)
    assert [each.name for each in members(node)] == ["__post_init__"] * stays


def test_of_a_table_the_wanted_entries_stay_whatever_their_keys_are_called() -> None:
    text = 'A = "a"\nTABLE: dict[str, int] = {\n    A: 1,\n    "b": (\n        2\n    ),\n    "c": 3,\n}\n'
    source = parse_module("m", text)
    table = {"a": 1, "b": 2, "c": 3}
    found = table_text(source, source.definitions["TABLE"], dict(table), {"a", "c"})
    assert found == 'TABLE: dict[str, int] = {\n    A: 1,\n    "c": 3,\n}'
