"""Catches: a plug-in of somebody's own that is not compared or sent, a module that is imported because a text names it,
modules of this project taken for somebody's own."""

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from evo.engine import named_modules as module
from evo.engine.named_modules import named_modules
from evo.records.config import Choice, SearchConfig
from tests.runs import toy_config
from tests.toy import BitStrings


def built_in(**changes: Choice | str) -> SearchConfig:
    choices = {axis: Choice(name) for axis, name in (("space", "nasbench201"), ("fitness", "params"))}
    return replace(toy_config(), **{**choices, **changes})


def test_a_named_plug_in_is_known_by_its_module() -> None:
    assert named_modules(toy_config(), {}) == ("tests.toy",)
    assert named_modules(built_in(), {}) == ()
    assert named_modules(built_in(data="tests.tiny_images:Tiny(size=8)"), {}) == tuple(
        name for name in ("tests.tiny_images",) if name in sys.modules
    )


def test_a_plug_in_in_an_option_is_one_too_and_no_other_text_is() -> None:
    import tests.objectives

    options = {"objective": "tests.objectives:Any", "members": ["tests.toy:CountOnes(noise=1)"], "note": "json:x"}
    found = named_modules(built_in(fitness=Choice("vote", options)), {})
    assert found == tuple(sorted({"json", tests.objectives.__name__, "tests.toy"}))


def test_what_is_not_imported_is_not_imported_for_this() -> None:
    config = built_in(fitness=Choice("tests.drawn_bits_gone:X", {"note": "this:that"}))
    assert named_modules(config, {}) == ()
    assert "this" not in sys.modules


def test_this_project_and_the_program_are_nobodys_own() -> None:
    options = {"a": "spaces.nds:X", "b": "__main__:X", "c": "evo.engine.plugins:X"}
    assert named_modules(built_in(space=Choice("nasbench201", options)), {}) == ()


def test_an_object_of_the_callers_is_known_by_its_class() -> None:
    made = BitStrings()
    assert named_modules(built_in(), {"space": made}) == ("tests.toy",)
    assert named_modules(built_in(), {"space": type(made)}) == ("tests.toy",)
    assert named_modules(built_in(), {"strategy": made}) == ()
    assert named_modules(built_in(), {"fitness": len}) == ()


def test_an_installed_plug_in_is_known_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def points(*, group: str, name: str) -> EntryPoints:
        known = EntryPoints([EntryPoint("odd", "tests.toy:BitStrings", "selfnas.spaces")])
        return known.select(group=group, name=name)

    monkeypatch.setattr(module, "entry_points", points)
    assert named_modules(built_in(space=Choice("odd")), {}) == ("tests.toy",)
    assert named_modules(built_in(fitness=Choice("odd")), {}) == ()


def test_axes_that_are_not_made_there_do_not_count() -> None:
    config = built_in(strategy=Choice("tests.toy:Any"))
    assert named_modules(config, {}) == ()
    assert named_modules(config, {}, ("strategy",)) == ("tests.toy",)
