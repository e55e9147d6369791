"""Catches: a folder that makes its reader import somebody's module, and one that is refused although it names nothing
foreign or its reader names the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.engine.plugins import resolve_choice
from evo.engine.trust import EVERYTHING, check_text, check_trusted, named_again, trust_flag
from evo.records.config import Choice, SearchConfig
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText
from tasks.foundation.trust import check_options, trusting

RUN = Path("runs/x")
KNOWN = SearchConfig(
    resolve_choice("space", "nasbench201", {}),
    resolve_choice("fitness", "synflow", {}),
    resolve_choice("strategy", "random_search", {}),
)


@pytest.mark.parametrize("data", ["photos", "imagefolder:/a/b", "imagefolder(folder=/a/b)", "photos(size=64)"])
def test_what_is_built_in_is_trusted(data: str) -> None:
    check_trusted(RUN, replace(KNOWN, data=data), set())


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
    with pytest.raises(
        UsageError, match=f"^runs/x: {axis} 'mine:.*is neither built in nor .* --trust-plugins"
    ) as caught:
        check_trusted(RUN, config, set())
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match=f"{axis} 'mine:"):
        check_trusted(RUN, config, EVERYTHING - {axis})
    check_trusted(RUN, config, {axis})
    check_trusted(RUN, config, set(), axes=EVERYTHING - {axis})
    with trusting():
        check_trusted(RUN, config, set())


@pytest.mark.parametrize("axis", ["space", "data"])
def test_an_object_is_passed_again(axis: str) -> None:
    with pytest.raises(UsageError, match=f"{axis} .* was handed over as an object"):
        check_trusted(RUN, replace(KNOWN, objects=(axis,)), set())
    check_trusted(RUN, replace(KNOWN, objects=(axis,)), {axis})


def test_an_objective_and_a_variant_by_name_are_built_in() -> None:
    check_trusted(RUN, replace(KNOWN, fitness=Choice("rotation"), strategy=Choice("darts")), set())


@pytest.mark.parametrize(
    "value",
    [
        "mine:Objective",
        "mine.sub:Objective(steps=3)",
        "rotation,a:B",
        ["a:B"],
        {"x": "a:B"},
        "a:1",
        "a:Über",
        "1a:X",
        "photos:X",
    ],
)
def test_an_option_that_names_a_module_is_as_little_trusted(value: object) -> None:
    config = replace(KNOWN, fitness=Choice("trained", {"objective": value, "steps": 3}))
    for named in (set(), {"fitness"}, {"space", "fitness.steps"}):
        with pytest.raises(UsageError, match=r"fitness\.objective='.*trust=True"):
            check_trusted(RUN, config, named)
    for named in ({"fitness.objective"}, {"fitness.*"}):
        check_trusted(RUN, config, named)


LISTED = [{"label": "random", "name": "random", "options": {"seed": 1}}]
DEEP = [*LISTED, {"label": "x", "name": "joined", "options": {"members": [{"name": "mine:Fit", "options": {}}]}}]


@pytest.mark.parametrize(
    "members",
    [
        DEEP,
        [*LISTED, {"label": "x", "name": "trained", "options": {"objective": "mine:Fit"}}],
        [{"label": "mine:Fit", "name": "random"}],
        "random,mine:Fit(a=1)",
        [PluginText("random"), PluginText("random", {}, (PluginText("mine:Fit"),))],
        [PluginText("trained", {"objective": "mine:Fit"})],
    ],
)
def test_a_member_that_names_a_module_is_as_little_trusted(members: object) -> None:
    config = replace(KNOWN, fitness=Choice("params", {"members": members}))
    for named in (set(), {"fitness"}, {"fitness.weights"}):
        with pytest.raises(UsageError, match=r"fitness\.members='.*mine:Fit.*--fitness NAME\(MEMBER,...\)") as caught:
            check_trusted(RUN, config, named)
        assert len(str(caught.value)) < 400
    check_trusted(RUN, config, named_again({"fitness": "params(mine:Fit,random)"}))
    check_trusted(RUN, config, named_again({}, {"fitness": {"members": "mine:Fit"}}))
    assert trust_flag(RUN, config) == " --trust-plugins"
    assert trust_flag(RUN, replace(KNOWN, fitness=Choice("params", {"members": LISTED}))) == ""
    with trusting():
        check_trusted(RUN, config, set())


@pytest.mark.parametrize(
    "value", ["rotation", 3, None, "/a/b.parquet", '{"a": [1], "b":2}', "a: b", ["a", 1], {"a": 1}]
)
def test_an_option_that_names_no_module_is_no_matter(value: object) -> None:
    check_options(RUN, "fitness", {"file": value}, set())


def test_a_name_with_options_in_a_text_is_looked_at_whole() -> None:
    check_text(RUN, "space", "nasbench201(cells_per_stage=1)")
    with pytest.raises(UsageError, match="space 'mine:Space' is neither"):
        check_text(RUN, "space", "mine:Space(a=1)")
    with pytest.raises(UsageError, match=r"fitness\.objective='a:B'"):
        check_text(RUN, "fitness", "trained(objective=a:B)")
    check_text(RUN, "fitness", "params(random,vote(panel=3))")
    for text in ("params(random,a:B)", "params(vote(trained(objective=a:B)))", "params(members='random,a:B')"):
        with pytest.raises(UsageError, match=r"fitness\.members='.*a:B'"):
            check_text(RUN, "fitness", text)


def test_a_caller_names_an_axis_its_options_or_all_of_an_object() -> None:
    given = {"space": "mine:Space(a=1)", "fitness": Choice, "strategy": Choice("x"), "data": None}
    named = named_again(given, {"fitness": {"steps": 3}})
    assert named_again({"fitness": "x(random,a:B)"}) == {"fitness", "fitness.members"}
    assert named == {"space", "space.a", "fitness", "fitness.steps", "strategy", "strategy.*"}


def test_a_refusal_says_what_the_command_takes() -> None:
    config = replace(KNOWN, space=Choice("mine:Space", {"x": "a:B"}), fitness=Choice("params", {"members": "a:B"}))
    cures = {
        ("space", ("space",)): "; name it again (--space), or trust the file by --trust-plugins",
        ("space", ("fitness", "space.*")): "unasked; trust the file by --trust-plugins (in Python trust=True)",
        ("fitness", ("fitness.*",)): "; name all again by --fitness NAME(MEMBER,...) (--set fitness.members=...), or",
        ("fitness", ("fitness",)): "unasked; trust the file by",
    }
    for (axis, taken), words in cures.items():
        with pytest.raises(UsageError) as caught:
            check_trusted(RUN, config, set(), axes={axis}, taken=set(taken))
        assert words in str(caught.value)
    for taken, words in (({"space.*"}, "; give it again (--set space.x=...), or"), ({"space"}, "unasked; trust")):
        with pytest.raises(UsageError) as caught:
            check_trusted(RUN, config, {"space"}, axes={"space"}, taken=taken)
        assert words in str(caught.value)


def test_a_command_that_goes_on_carries_the_flag_where_it_needs_it() -> None:
    foreign = replace(KNOWN, space=Choice("mine:Space"))
    with trusting():  # of the call that says so
        assert [trust_flag(RUN, config) for config in (KNOWN, foreign)] == ["", " --trust-plugins"]
    assert trust_flag(RUN, replace(KNOWN, objects=("space",))) == ""
