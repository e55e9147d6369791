"""Catches: a file that does not run, one whose parts stand before what they need, remarks for this project's own tools,
modules that need each other without an end."""

import sys
from pathlib import Path

import pytest

from evo.exporting.bundling.closure import Rules
from evo.exporting.bundling.layout import bundle
from tasks.foundation.errors import UsageError

HERE = "tests.evo.exporting.bundling.parts"
RULES = Rules(frozenset(("tests", "circle_one", "circle_two")))


def test_a_bundle_is_a_file_that_runs_by_itself() -> None:
    imports = f"from pathlib import Path\nfrom {HERE}.upper import Upper\n"
    text = f"{imports}\nSIZE = 3\n\nMADE = Upper()\n\ndef value():\n    return MADE.value * SIZE\n"
    found = bundle(text, "What it is.\n", RULES)
    assert (
        found
        == '''\
"""What it is.
"""

import math

import torch

SIZE = 3

FACTOR = 0.5


class Lower:
    """A base."""

    def used(self) -> float:
        return half(math.pi)


def half(x: float) -> float:
    return FACTOR * x


class Upper(Lower):
    """Made of the other."""

    def __init__(self) -> None:
        self.value = torch.tensor(self.used())


MADE = Upper()


def value():
    return MADE.value * SIZE
'''
    )
    namespace: dict[str, object] = {}
    exec(found, namespace)
    assert namespace["MADE"].value == pytest.approx(3.14159 / 2)  # type: ignore[attr-defined]


def test_another_name_of_a_definition_is_given_to_it() -> None:
    found = bundle(f"from {HERE}.lower import double as twice\n\nX = twice(2)\n", "D.", RULES)
    namespace: dict[str, object] = {}
    exec(found, namespace)
    assert namespace["X"] == 4
    assert found.index("twice = double") < found.index("X = twice(2)")


def test_remarks_for_tools_are_left_out() -> None:
    found = bundle("X = (1,)  # type: ignore[misc]\nY = 2  # noqa: E501\nZ = 3  # a remark\n", "D.", RULES)
    assert found == '"""D."""\n\n\n\nX = (1,)\nY = 2\nZ = 3  # a remark\n'.replace("\n\n\n\n", "\n\n")


def test_modules_that_need_each_other_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "circle_one.py").write_text("from circle_two import two\n\n\ndef one():\n    return two()\n")
    (tmp_path / "circle_two.py").write_text("import circle_one\n\n\ndef two():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "def two" in bundle("from circle_one import one\n\nX = one()\n", "D.", RULES)
    (tmp_path / "circle_three.py").write_text("from circle_four import four\n\n\ndef three():\n    return four()\n")
    (tmp_path / "circle_four.py").write_text("from circle_three import three\n\n\ndef four():\n    return three\n")
    rules = Rules(frozenset(("circle_three", "circle_four")))
    with pytest.raises(UsageError, match="circle_three, circle_four need each other; put them into one"):
        bundle("from circle_three import three\n\nX = three()\n", "D.", rules)
    assert "circle_one" not in sys.modules
