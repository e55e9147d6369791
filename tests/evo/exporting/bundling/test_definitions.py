"""Catches: a definition without its decorator, its comment or the text behind it, an import that is overlooked, a name
that is needed only by an annotation and is not seen."""

import ast

import pytest

from evo.exporting.bundling.definitions import (
    Import,
    inner_imports,
    needed_attributes,
    needed_names,
    parse_module,
    read_module,
)
from tasks.foundation.errors import UsageError

TEXT = '''\
"""A module."""

import math as m
from os import path
from typing import TYPE_CHECKING

from .near import thing as other

if TYPE_CHECKING:
    from far import Hint

# about both
ONE, TWO = 1, 2
"""What they are."""


@decorated
class Kind:
    pass


three: int = 3
'''


def test_definitions_have_their_comment_their_text_and_their_decorators() -> None:
    source = parse_module("a.b", TEXT, "a")
    texts = {name: source.text(each.first, each.last) for name, each in source.definitions.items()}
    assert texts == {
        "ONE": '# about both\nONE, TWO = 1, 2\n"""What they are."""',
        "TWO": '# about both\nONE, TWO = 1, 2\n"""What they are."""',
        "Kind": "@decorated\nclass Kind:\n    pass",
        "three": "three: int = 3",
    }
    assert source.definitions["TWO"].names == ("ONE", "TWO")


def test_imports_are_known_by_the_name_that_they_bring_in() -> None:
    found = parse_module("a.b", TEXT, "a").imports
    assert found["m"] == Import("math", None, "m")
    assert found["other"] == Import("a.near", "thing", "other")
    assert found["Hint"] == Import("far", "Hint", "Hint")
    assert [found[name].statement for name in ("m", "path", "other")] == [
        "import math as m",
        "from os import path",
        "from a.near import thing as other",
    ]


def test_what_is_needed_are_names_that_are_read_also_in_quoted_annotations() -> None:
    node = ast.parse('def f(x: "list[A]", y: B = C) -> "D.E":\n    z = x.shape\n    return g(z, "H")')
    assert needed_names(node) >= {"A", "B", "C", "D", "g", "x", "z"}
    assert "H" not in needed_names(node)
    assert needed_attributes(node) == {"shape"}
    assert needed_names(ast.parse("x: Literal['a b']")) == {"Literal"}


def test_imports_within_functions_are_seen() -> None:
    node = ast.parse("def f():\n    import os.path\n    from numpy import array\n")
    assert [found.module for found in inner_imports(node)] == ["os", "numpy"]


def test_a_module_without_source_is_refused() -> None:
    assert "read_module" in read_module("evo.exporting.bundling.definitions").definitions
    with pytest.raises(UsageError, match="the source of module 'math' cannot be read"):
        read_module("math")
