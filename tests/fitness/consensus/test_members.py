"""Catches: one member under two labels or two under one, an option that is lost on the way to a configuration, a member
that is none or asks for a reference itself, a refusal that is no line."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fitness import EvalContext, Reference, ReferenceRequest, Score
from fitness.consensus.members import make_member, settled_members, to_json, usual_weights
from fitness.regression.fitness import RegressionFitness
from tasks import PluginText, TaskSet, UsageError, load_any_task
from tests.objectives import MeanColour
from tests.tiny_fitness import Brightness


class Asks:
    """A fitness without the base class that asks for a reference."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        return Score(0.0)

    def reference_request(self, space: Any) -> ReferenceRequest | None:
        return None

    def take_reference(self, reference: Reference) -> None:
        pass


class Plain:
    """A fitness without the base class."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        return Score(0.0)


PLAIN = Plain()


def labels(given: object) -> list[str]:
    return [member.label for member in settled_members(given)]


@pytest.mark.parametrize(
    "given",
    [
        "regression(task=N),snip(batch=8)",
        ["regression( task = N )", PluginText("snip", {"batch": "8"})],
        ["regression(task=N,steps=100),snip(batch=8)"],
        [{"name": "regression", "options": {"task": "N"}}, {"name": "snip", "options": {"batch": 8}, "label": "old"}],
        (PluginText("regression", {"task": "N", "precision": "auto"}), "snip(batch=8)"),
    ],
)
def test_however_members_are_written_they_are_the_same(given: object) -> None:
    members = settled_members(given)
    assert [member.label for member in members] == ["regression(task=N)", "snip(batch=8)"]
    kept = json.loads(json.dumps(to_json(members)))
    assert (kept[1]["label"], kept[1]["name"], kept[1]["options"]["batch"]) == ("snip(batch=8)", "snip", 8)
    assert kept[0]["options"]["steps"] == 100
    assert to_json(settled_members(kept)) == kept


TASKS = TaskSet("best", (load_any_task("N"), replace(load_any_task("D"), name="mine")), {"trial": 7})


@pytest.fixture
def task_file(tmp_path: Path) -> str:
    path = tmp_path / "tasks.json"
    path.write_text(TASKS.to_json())
    return str(path)


def test_a_file_of_tasks_is_a_regression_on_each_of_them(task_file: str) -> None:
    text = TASKS.tasks[1].to_json()
    shipped, mine = settled_members(task_file)
    assert shipped == settled_members("regression(task=N),synflow")[0]
    assert (mine.name, mine.options["task"], mine.options["steps"]) == ("regression", text, 100)
    assert re.fullmatch(r"regression\(task=mine~[0-9a-f]{8}\)", mine.label)
    for alike in ([task_file], [PluginText(task_file)], json.loads(json.dumps(to_json([shipped, mine])))):
        assert settled_members(alike) == [shipped, mine]
    assert labels([task_file, "synflow"]) == labels(f"{task_file},synflow") == [shipped.label, mine.label, "synflow"]


def test_a_task_in_a_text_is_called_by_all_it_says_and_stays_so() -> None:
    text = TASKS.tasks[1].to_json()
    given = [{"name": "regression", "options": {"task": text}, "label": "other"}, "synflow"]
    long = settled_members(given)
    assert long[0].label == f"regression(task='{text}')"
    assert settled_members(to_json(long)) == long


def test_tasks_of_one_file_count_alike_and_other_members_by_default(task_file: str) -> None:
    for alone in (task_file, [task_file], (PluginText(task_file),)):
        assert usual_weights(alone) == "equal"
    for others in ("synflow,snip", [task_file, "snip"], ["synflow", "snip"], [], to_json(settled_members(task_file))):
        assert usual_weights(others) == "default"


def test_a_label_says_what_is_not_at_its_default_or_has_none() -> None:
    assert labels("synflow(batch=0),trained(objective=rotation),rotation(steps=7)") == [
        "synflow",
        "trained(objective=rotation)",
        "rotation(steps=7)",
    ]


class SumOf:
    """A fitness with members of its own, which are texts to it."""

    def __init__(self, *, members: object = (), bias: float = 0.0) -> None:
        self.members = members

    def __call__(self, candidate: Any, context: EvalContext) -> float:
        return 0.0


def test_a_member_that_has_members_is_called_with_them() -> None:
    name = f"{__name__}:SumOf"
    inner, _ = settled_members(f"{name}(snip(batch=8),naswot,bias=2),synflow")
    assert inner.label == f"{name}(snip(batch=8),naswot,bias=2.0)"
    assert inner.options == {"members": ["snip(batch=8)", "naswot"], "bias": 2.0}
    assert labels([{"name": name, "options": inner.options}, "synflow"])[0] == inner.label


def test_objects_are_called_by_their_class_and_numbered_where_it_is_one() -> None:
    own = [RegressionFitness(task="N"), Brightness(), Brightness(steps=2), lambda candidate, context: 1.0]
    members = settled_members([*own, "synflow"])
    assert [member.label for member in members] == [
        "RegressionFitness",
        "Brightness",
        "Brightness 2",
        "<lambda>",
        "synflow",
    ]
    assert [member.made for member in members[:3]] == own[:3]
    assert [make_member(member, None) for member in members[:3]] == own[:3]


def test_an_objective_of_the_callers_own_stands_for_training_on_it() -> None:
    member, _ = settled_members([MeanColour(), "synflow"])
    assert type(make_member(member, None)).__name__ == "TrainedFitness"


def test_an_object_is_no_part_of_a_configuration() -> None:
    with pytest.raises(UsageError, match=r"Brightness: an object has no name .*ConsensusFitness\(members="):
        to_json(settled_members([Brightness(), "synflow"]))


BRIGHT = Brightness()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("synflow", "synflow is named; at least 2"),
        ([], "none is named; at least 2"),
        ("synflow,snip,synflow(batch=0)", "synflow is listed 2 times"),
        ([BRIGHT, BRIGHT], "Brightness is listed 2 times"),
        ([PLAIN, PLAIN], "Plain is listed 2 times"),
        ("synflow,snop", "unknown fitness 'snop'; did you mean 'snip'"),
        ("synflow,inherited", "unknown fitness 'inherited'.* known"),
        ("synflow,snip(bitch=3)", r"^fitness.members: snip\(bitch=3\): .*unknown option .* 'bitch'"),
        ("synflow,snip(batch=some)", r"^fitness.members: snip\(batch=some\): .*fitness.batch='some'"),
        ("synflow(,", "at"),
        ("gone.json", r"^fitness.members: gone.json: task file 'gone.json' does not exist"),
        (["synflow", PluginText("gone.json", {"steps": "3"})], "unknown fitness 'gone.json'"),
        (["synflow", 3], "makes 3, which has no __call__"),
        (["synflow", Brightness], "is a class; make an object of it"),
        (["synflow", {"options": {}}], "a name, and options by name"),
        (["synflow", {"name": "snip", "options": 3}], "a name, and options by name"),
        (["synflow", {"name": "snip", "batch": 3}], "a name, and options by name"),
        (None, "makes None, which has no __call__"),
    ],
)
def test_what_is_no_member_is_refused_in_a_line(given: object, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        settled_members(given)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 500


def test_a_member_that_refuses_its_options_is_named() -> None:
    _, member = settled_members("synflow,regression(steps=0)")
    with pytest.raises(UsageError, match=r"^fitness.members: regression\(steps=0\): .*steps"):
        make_member(member, None)


@pytest.mark.parametrize("asks", ["consensus(random,params)", Asks()])
def test_a_member_that_asks_for_a_reference_is_refused(asks: object) -> None:
    member, _ = settled_members([asks, "synflow"])
    with pytest.raises(UsageError, match=f"{re.escape(member.label)} asks for a reference itself"):
        make_member(member, None)
    assert member.label in ("consensus(random,params)", "Asks")


def test_of_a_file_of_one_task_it_is_said_what_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(load_any_task("N").to_json())
    for given in (str(path), [str(path)]):
        with pytest.raises(UsageError, match=rf"are needed, give the fitness regression\(task={path}\)$"):
            settled_members(given)
