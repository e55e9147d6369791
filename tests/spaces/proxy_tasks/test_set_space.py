"""Catches: sets that are one another under two texts or keys, a task twice in a set, sets beyond the most, changes that
are not equally likely or change nothing, a shipped task that is another one in a set, a refusal that does not help."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from spaces import SPACES, reads_sequences
from spaces.proxy_tasks.set_space import ProxyTaskSets, SequenceTaskSets
from spaces.proxy_tasks.space import ProxyTasks
from tasks import ProxyTask, SequenceTask, TaskSet, UsageError, load_any_task, load_task

SETS, SEQUENCE_SETS = ProxyTaskSets(), SequenceTaskSets()
N, R, COMBO = map(load_task, ("N", "R", "combo"))
seeds = st.integers(0, 2**32 - 1)
for_both = pytest.mark.parametrize("space", [SETS, SEQUENCE_SETS], ids=lambda space: type(space).__name__)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def named(*names: str) -> TaskSet:
    return TaskSet("searched", tuple(map(load_any_task, names)))


def test_published_sets_are_candidates_and_so_is_a_task_alone() -> None:
    assert SETS.decode("preset=N+preset=R") == named("N", "R")
    assert SETS.encode(named("N", "R")) == SETS.encode(named("R", "N")) == "preset=N+preset=R"
    task = ProxyTasks().sample(rng(0))
    text = ProxyTasks().encode(task)
    assert SETS.decode(text) == TaskSet("searched", (task,))
    assert SETS.encode(SETS.decode(f"{text}+preset=N")) == f"{text}+preset=N"
    assert SETS.to_task(named("N", "R")) == named("N", "R")


def test_a_key_is_of_the_blocks_in_whatever_order_the_texts_are() -> None:
    tasks = ProxyTasks()
    blocks = tasks.key(COMBO)  # also the text of a searched task
    assert SETS.key(SETS.decode(f"{blocks}+preset=N")) == SETS.key(SETS.decode("preset=N+preset=combo"))
    assert SETS.key(named("N", "R")) == "+".join(sorted([tasks.key(N), tasks.key(R)]))
    assert len({SETS.key(each) for each in (named("N"), named("N", "R"), named("R"), named("N", "D"))}) == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("preset=R+preset=N", r"^the tasks of a set are written in the order of their texts: 'preset=N\+preset=R'$"),
        ("preset=N+preset=N", "^two tasks of the set are the same"),
        (f"{ProxyTasks().key(COMBO)}+preset=combo", "^two tasks of the set are the same"),
        ("preset=D+preset=N+preset=R+preset=combo", r"^4 tasks; at most 3 are searched, see space\.max_tasks"),
        ("preset=D+preset=Q", "^task 2: unknown preset 'Q'"),
        ("+preset=D", "^task 1: "),
        ("", "^task 1: "),
        ("x" * 3_004, "^a text of 3,004 characters; a set has at most 3,003"),
        ("x" * 3_003, "^task 1: a text of 3,003 characters"),
        (f"{'z' * 700}+{'y' * 700}", "^the tasks of a set are written in the order of their texts"),
    ],
)
def test_what_is_no_set_is_refused_in_a_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        SETS.decode(text)
    assert len(str(caught.value)) < 500


@for_both
@given(seed=seeds)
@settings(max_examples=50)
def test_sets_have_different_tasks_in_the_order_of_their_texts(space: Any, seed: int) -> None:
    parent = space.sample(rng(seed))
    for candidate in (parent, space.mutate(parent, rng(seed))):
        texts = space.encode(candidate).split("+")
        assert texts == sorted(texts) == [space.encode(TaskSet("searched", (task,))) for task in candidate.tasks]
        assert 1 <= len(candidate) == len(set(space.key(candidate).split("+"))) <= 3
        assert {type(task) for task in candidate.tasks} == {SequenceTask if reads_sequences(space) else ProxyTask}
        assert candidate.name == "searched"


def test_numbers_of_tasks_are_equally_likely() -> None:
    counts = Counter(len(SETS.sample(rng(seed))) for seed in range(900))
    assert set(counts) == {1, 2, 3}
    assert chisquare(list(counts.values())).pvalue > 1e-3


def change(parent: TaskSet, child: TaskSet) -> tuple[int, int]:
    """Return how many tasks were left out and how many are new."""
    return len(set(parent.tasks) - set(child.tasks)), len(set(child.tasks) - set(parent.tasks))


@pytest.mark.parametrize(
    ("names", "possible"),
    [(("N",), {(1, 1), (0, 1)}), (("N", "R"), {(1, 1), (0, 1), (1, 0)}), (("D", "N", "R"), {(1, 1), (1, 0)})],
)
def test_a_task_is_mutated_left_out_or_new_each_as_likely(names: tuple[str, ...], possible: set[Any]) -> None:
    parent = named(*names)
    children = [SETS.mutate(parent, rng(seed)) for seed in range(600)]
    counts = Counter(change(parent, child) for child in children)
    assert set(counts) == possible
    assert chisquare(list(counts.values())).pvalue > 1e-3
    kept = Counter(task.name for child in children for task in child.tasks if task in parent.tasks)
    expected = sum(kept.values()) / len(names)
    assert all(abs(kept[name] - expected) < 0.12 * expected for name in names)


def test_a_mutated_task_is_near_its_parent_and_a_new_one_is_not() -> None:
    rare = ProxyTaskSets(mutation_probability=0.01)
    parent = rare.decode(ProxyTasks().encode(ProxyTasks().sample(rng(3))))
    fields = set(rare.encode(parent).split(":"))
    mutated = [child for child in (rare.mutate(parent, rng(seed)) for seed in range(60)) if len(child) == 1]
    changed = [len(fields - set(rare.encode(child).split(":"))) for child in mutated]
    assert len(changed) > 20
    assert sum(changed) < 1.3 * len(changed)


class Two:
    """A space of two tasks, either of which is the other's mutation."""

    def sample(self, rng: np.random.Generator) -> Any:
        return (N, R)[rng.integers(2)]

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        return (N, R, COMBO)[rng.integers(3)]

    def encode(self, candidate: Any) -> str:
        return str(candidate.name)

    key = encode


def test_no_task_is_twice_in_a_set_however_few_there_are() -> None:
    space = ProxyTaskSets(max_tasks=2)
    space._tasks = Two()  # type: ignore[assignment]
    for seed in range(50):
        parent = space.sample(rng(seed))
        assert len(set(parent.tasks)) == len(parent.tasks)
        assert len(set(space.mutate(named("N", "R"), rng(seed)).tasks)) in (1, 2)


@pytest.mark.parametrize("name", ["proxy_task_sets", "proxy_task_sets_nlp"])
def test_options_out_of_range_are_refused(name: str) -> None:
    for number in (0, 11):
        with pytest.raises(UsageError, match=rf"max_tasks {number}: must be at"):
            SPACES.build(name, {"max_tasks": number})
    with pytest.raises(UsageError, match=r"mutation_probability is nan.*from 0\.01 to 1"):
        SPACES.build(name, {"mutation_probability": math.nan})
    alone = SPACES.build(name, {"max_tasks": 1})
    assert {len(alone.mutate(alone.sample(rng(seed)), rng(seed))) for seed in range(20)} == {1}
    assert len(SPACES.build(name, {"max_tasks": 10}).sample(rng(5))) > 3


def test_a_diagram_shows_one_task_after_the_other() -> None:
    diagram = SETS.diagram(named("N", "R"))
    alone = [ProxyTasks().diagram(task) for task in (N, R)]
    assert diagram.title == "set of 2 proxy tasks"
    assert [part.title for part in diagram.parts] == [
        f"{number}. {each.title}: {part.title}" for number, each in enumerate(alone, 1) for part in each.parts
    ]
    assert [part.rows for part in diagram.parts] == [part.rows for each in alone for part in each.parts]  # type: ignore[union-attr]
    assert diagram.notes[0] == f"1. proxy task N: {alone[0].notes[0]}"


def test_sets_for_sequences_say_so() -> None:
    assert reads_sequences(SEQUENCE_SETS)
    assert not reads_sequences(SETS)
    assert SEQUENCE_SETS.encode(SEQUENCE_SETS.decode("preset=nlp_combo+preset=nlp_search")).count("+") == 1
