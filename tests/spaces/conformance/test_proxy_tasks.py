"""Catches: tasks for other networks than the space says, tasks lost in JSON, two tasks of one candidate, targets that
are not numbers or say nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from spaces import SequenceSpec
from spaces.conformance.case import SpaceCase
from spaces.conformance.proxy_tasks import task_of_a_candidate
from spaces.proxy_tasks.space import ProxyTasks
from tasks import ProxyTask, SequenceTask, TaskSet, load_any_task, load_task
from tasks.regression.proxy_task import StageTask
from tests.toy import BitStrings

COMBO = load_task("combo")
SENTENCES = load_any_task("nlp_combo")
assert isinstance(SENTENCES, SequenceTask)


class ForImages(BitStrings):
    """Bit strings that stand for a task, all for the same."""

    task: Any = COMBO

    def to_task(self, candidate: Any) -> Any:
        return self.task


class ForSequences(ForImages):
    reads = SequenceSpec
    task = SENTENCES


class Undeclared(ForImages):
    task = SENTENCES


class Declared(ForImages):
    reads = SequenceSpec


class Forgetful(ProxyTask):
    """A task whose JSON text is another's."""

    def to_json(self, *, indent: int | None = None) -> str:
        return load_task("N").to_json()


class Lost(ForImages):
    task = Forgetful(COMBO.name, COMBO.noise, COMBO.stages)


class Counting(ForImages):
    made = 0

    def to_task(self, candidate: Any) -> Any:
        type(self).made += 1
        return replace(COMBO, batch_size=self.made)


class Empty(ForImages):
    task = replace(COMBO, stages=(StageTask(1.0),) * 3)


class Loud(ForImages):
    task = replace(COMBO, stages=(StageTask(1.0, (replace(COMBO.stages[0].bases[0], level=1e300),)),) * 3)


class NothingToRead(ForSequences):
    task = replace(SENTENCES, input=())


class NothingToPredict(ForSequences):
    task = replace(SENTENCES, target=())


class Sets(ForImages):
    """Bit strings that stand for a set of tasks."""

    task = TaskSet("both", (COMBO, load_task("N")))


class SetForSequences(ForImages):
    task = TaskSet("both", (SENTENCES,))


class OneEmpty(ForImages):
    task = TaskSet("both", (COMBO, Empty.task))


class ForgetfulSet(TaskSet):
    """A set whose JSON text is another's."""

    def to_json(self, *, indent: int | None = None) -> str:
        return TaskSet("both", (COMBO,)).to_json()


class LostSet(ForImages):
    task = ForgetfulSet("both", (COMBO, load_task("N")))


FAULTS = [
    (SetForSequences, "its task is a SequenceTask; a ProxyTask is needed, as the space does not say"),
    (OneEmpty, "its targets are all zero"),
    (LostSet, "its task is another one after JSON"),
    (Undeclared, "its task is a SequenceTask; a ProxyTask is needed, as the space does not say reads = SequenceSpec"),
    (Declared, "its task is a ProxyTask; a SequenceTask is needed, as the space says reads = SequenceSpec"),
    (Lost, "its task is another one after JSON"),
    (Counting, "it stands for two different tasks"),
    (Empty, "its targets are all zero"),
    (Loud, "its targets are not finite"),
    (NothingToRead, "its inputs are all zero"),
    (NothingToPredict, "its targets are all zero"),
]


@pytest.mark.parametrize(("space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_task_is_noticed(complaint: Callable[..., str], space: type, words: str) -> None:
    assert words in complaint(task_of_a_candidate, space())


def test_one_stage_may_have_nothing_to_predict() -> None:
    class Single(ForImages):
        task = load_any_task("single")

    assert task_of_a_candidate(SpaceCase(Single(), Single(), members=2))


@pytest.mark.parametrize(
    ("space", "said"),
    [(ForImages(), "3 tasks for images"), (ForSequences(), "3 tasks for sequences"), (Sets(), "3 tasks for images")],
)
def test_the_kind_of_network_is_reported(space: Any, said: str) -> None:
    assert task_of_a_candidate(SpaceCase(space, space, members=3)) == said


def test_built_in_tasks_pass() -> None:
    assert task_of_a_candidate(SpaceCase(ProxyTasks(), ProxyTasks(), members=3))
