"""Catches: a public name that cannot be imported, an ``import evo`` that loads more than itself, a traceback on another
system."""

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


def test_on_another_system_a_name_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ImportError, match=r"^selfnas runs on Linux, and this is win32; .*WSL 2$"):
        evo.__getattr__("search")  # as for a name that was not asked for before


def test_importing_it_loads_nothing_else() -> None:
    program = "import sys, evo; print([m for m in sys.modules if m.partition('.')[0] in "
    program += "('evo', 'fitness', 'spaces', 'tasks', 'torch', 'ray', 'pyarrow', 'numpy')])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "['evo']\n"
