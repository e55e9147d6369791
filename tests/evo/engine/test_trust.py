"""Catches: a folder that makes its reader import somebody's module, and one that is refused although it names nothing
foreign or its reader names the same."""

from dataclasses import replace

import pytest

from evo.engine.plugins import resolve_choice
from evo.engine.trust import check_trusted
from evo.records.config import Choice, SearchConfig
from tasks.foundation.errors import UsageError

KNOWN = SearchConfig(
    resolve_choice("space", "nasbench201", {}),
    resolve_choice("fitness", "synflow", {}),
    resolve_choice("strategy", "random_search", {}),
)


@pytest.mark.parametrize("data", ["photos", "imagefolder:/a/b", "photos(size=64)"])
def test_what_is_built_in_is_trusted(data: str) -> None:
    check_trusted(replace(KNOWN, data=data), set())


@pytest.mark.parametrize(
    ("axis", "named"),
    [
        ("space", {"space": Choice("mine:Space")}),
        ("fitness", {"fitness": Choice("mine:Fitness")}),
        ("strategy", {"strategy": Choice("mine:Strategy")}),
        ("data", {"data": "mine:Images"}),
        ("data", {"data": "mine:Images(size=3)"}),
    ],
)
def test_a_module_of_somebodys_own_is_imported_only_where_its_reader_names_it(axis: str, named: dict[str, str]) -> None:
    config = replace(KNOWN, **named)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=f"{axis} 'mine:.*is neither built in nor installed; .* trust=True") as caught:
        check_trusted(config, set())
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match=f"{axis} 'mine:"):
        check_trusted(config, {"space", "fitness", "strategy", "data"} - {axis})
    check_trusted(config, {axis})


@pytest.mark.parametrize("axis", ["space", "data"])
def test_an_object_is_passed_again(axis: str) -> None:
    with pytest.raises(UsageError, match=f"{axis} .* was handed over as an object"):
        check_trusted(replace(KNOWN, objects=(axis,)), set())
    check_trusted(replace(KNOWN, objects=(axis,)), {axis})


def test_an_objective_and_a_variant_by_name_are_built_in() -> None:
    check_trusted(replace(KNOWN, fitness=Choice("rotation"), strategy=Choice("darts")), set())


@pytest.mark.parametrize("value", ["mine:Objective", "mine.sub:Objective(steps=3)"])
def test_an_option_that_names_a_module_is_as_little_trusted(value: str) -> None:
    config = replace(KNOWN, fitness=Choice("trained", {"objective": value, "steps": 3}))
    with pytest.raises(UsageError, match=r"fitness\.objective='mine.*trust=True"):
        check_trusted(config, {"space"})
    check_trusted(config, {"fitness"})
