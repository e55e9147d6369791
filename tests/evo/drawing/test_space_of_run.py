"""Catches: a module of somebody's own that is imported because a folder names it; a space that is built in, handed over
or trusted and not made; a plug-in's failure that ends a report or a drawing."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from evo.drawing.drawing import draw_in_run
from evo.drawing.space_of_run import space_of
from evo.records.config import Choice
from spaces.nasbench201.space import NasBench201
from tests.run_folders import config_of
from tests.toy import BitStrings

FOREIGN = replace(config_of(), space=Choice("foreign_space:Space"))


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with a space, which can be imported."""
    (tmp_path / "foreign_space.py").write_text("from tests.toy import BitStrings as Space\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "foreign_space", raising=False)
    return tmp_path


def test_a_built_in_space_is_made_with_its_options(tmp_path: Path) -> None:
    assert isinstance(space_of(tmp_path, config_of()).space, NasBench201)


def test_what_a_folder_names_is_not_imported_unless_it_is_trusted(foreign: Path) -> None:
    found = space_of(foreign, FOREIGN)
    assert found.space is None
    assert "is neither built in nor installed" in found.why
    assert "foreign_space" not in sys.modules
    assert isinstance(space_of(foreign, FOREIGN, trust=True).space, BitStrings)
    assert isinstance(space_of(foreign, FOREIGN, given={"space": "foreign_space:Space"}).space, BitStrings)


def test_a_space_that_was_handed_over_is_taken(tmp_path: Path) -> None:
    own = BitStrings()
    config = replace(FOREIGN, objects=("space",))
    assert space_of(tmp_path, config, given={"space": own}).space is own
    assert space_of(tmp_path, config).space is None


def test_a_space_that_cannot_be_made_is_told(tmp_path: Path, foreign: Path) -> None:
    (foreign / "foreign_space.py").write_text(
        "from tests.toy import BitStrings\nclass Space(BitStrings):\n    def __init__(self): raise RuntimeError(0)\n"
    )
    why = space_of(tmp_path, FOREIGN, trust=True).why
    assert "RuntimeError" in why
    drawn = draw_in_run(tmp_path, FOREIGN, "0101", trust=True)
    assert (drawn.reason, drawn.text) == (why, "0101")
    assert "cannot be read" in space_of(tmp_path, None).why


def test_a_module_that_breaks_where_it_is_imported_is_told(foreign: Path) -> None:
    (foreign / "foreign_space.py").write_text("raise RuntimeError(0)\n")
    assert "RuntimeError" in space_of(foreign, FOREIGN, trust=True).why
