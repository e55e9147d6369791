"""Catches: a public name that cannot be imported, and an ``import evo`` that loads more than itself."""

import subprocess
import sys

import pytest

import evo


@pytest.mark.parametrize("name", evo.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(evo, name) is not None
    assert name in dir(evo)


def test_an_unknown_name_is_none() -> None:
    with pytest.raises(AttributeError, match="serch"):
        evo.serch  # noqa: B018


def test_importing_it_loads_nothing_else() -> None:
    program = "import sys, evo; print([m for m in sys.modules if m.partition('.')[0] in "
    program += "('evo', 'fitness', 'spaces', 'tasks', 'torch', 'ray', 'pyarrow', 'numpy')])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "['evo']\n"
