"""Catches: a recipe that says another thing to a Python caller than to a command line; a caller who loses to it; an
argument that is wrong and passes."""

from pathlib import Path
from typing import Any

import pytest

from evo.commands.run_options import read_command
from evo.engine.configuring import resolve_request
from evo.engine.recipe_file import shipped_recipes
from evo.engine.recipe_request import with_recipe
from evo.records.requests import SearchRequest
from tasks.foundation.errors import UsageError


def asked(recipe: str | Path, **given: Any) -> SearchRequest:
    return SearchRequest(**with_recipe(recipe, given))


@pytest.mark.parametrize("name", [name for name in shipped_recipes() if not name.startswith("proxy_tasks_n")])
def test_python_and_the_command_line_mean_the_same(name: str) -> None:
    ours, theirs = asked(name, seed=3), read_command(["--recipe", name, "--seed", "3"]).request
    assert resolve_request(ours).config == resolve_request(theirs).config
    assert (ours.evaluations, ours.seeds) == (theirs.evaluations, theirs.seeds)


def test_what_is_called_otherwise_in_python_arrives(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('space = "nasbench201"\nfitness = "params"\nno_reuse = true\nconstraint = ["params<5"]\n')
    request = asked(path)
    assert (request.reuse, request.constraints) == (False, ["params<5"])
    request = asked(path, reuse=True, constraints="macs<7")
    assert (request.reuse, request.constraints) == (True, "macs<7")


def test_what_the_caller_gives_wins_and_options_are_joined() -> None:
    options = {"strategy": {"epochs": 3, "batch": None}, "space": {"cells": 5}}
    request = asked("sswp_nas", options=options, data="photos", seeds=None)
    assert request.data == "photos"
    assert request.options["strategy"] == {
        **asked("sswp_nas").options["strategy"],
        "epochs": 3,
        "batch": None,
    }
    assert request.options["space"] == {"cells": 5}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"resume": True, "run_dir": Path("x")}, "recipe=sswp_nas: a run that is resumed keeps its own settings"),
        ({"fitnes": "byol"}, "unknown argument 'fitnes'"),
        ({"options": ["fitness"]}, "options="),
    ],
)
def test_what_is_wrong_is_one_line(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked("sswp_nas", **given)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_module_that_only_the_recipe_names_is_refused_unless_it_is_trusted_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('space = "tests.toy:BitStrings"\nfitness = "params"\n')
    with pytest.raises(UsageError, match=r"tests\.toy:BitStrings"):
        asked(path)
    assert asked(path, trust=True).space == "tests.toy:BitStrings"
    assert asked(path, space="nasbench201").space == "nasbench201"
