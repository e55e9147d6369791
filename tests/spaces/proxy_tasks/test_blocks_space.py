"""Catches: a key that tells equal tasks apart or takes different ones for equal, a shipped task that is another one in
a search or whose children are none of the space, mutation that only rewrites, a probability that is ignored or never
changes anything, a found task that the fitness does not take.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness import FITNESSES, EvalContext
from spaces import SPACES
from spaces.proxy_tasks.sequence_space import SequenceTasks
from spaces.proxy_tasks.space import ProxyTasks
from tasks import derive_rng, load_any_task, preset_names, sequence_preset_names
from tasks.foundation.errors import UsageError
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks, TinySequences

SPACE_OF = {ProxyTasks: preset_names, SequenceTasks: sequence_preset_names}
PRESETS = [(kind(), name) for kind, names in SPACE_OF.items() for name in names()]

for_both = pytest.mark.parametrize("space", [kind() for kind in SPACE_OF], ids=lambda space: type(space).__name__)
for_every_preset = pytest.mark.parametrize(
    ("space", "name"), PRESETS, ids=lambda value: value if isinstance(value, str) else type(value).__name__
)
seeds = st.integers(0, 2**32 - 1)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@for_both
@given(seed=seeds)
@settings(max_examples=50)
def test_keys_are_equal_where_tasks_are(space: Any, seed: int) -> None:
    parent = space.sample(rng(seed))
    child = space.mutate(parent, rng(seed))
    grandchild = space.mutate(child, rng(seed + 1))
    tasks = [parent, child, grandchild, space.decode(space.encode(parent)), space.sample(rng(seed))]
    assert all((space.key(one) == space.key(other)) == (one == other) for one in tasks for other in tasks)
    assert all(space.to_task(task) is task for task in tasks)


@for_every_preset
def test_a_shipped_task_is_a_candidate_by_its_name(space: Any, name: str) -> None:
    task = load_any_task(name)
    assert space.decode(f"preset={name}") == task
    assert space.encode(task) == f"preset={name}"


@for_both
def test_shipped_tasks_have_keys_of_their_own(space: Any) -> None:
    names = SPACE_OF[type(space)]()
    assert len({space.key(load_any_task(name)) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("space", "name"), [(ProxyTasks(), "combo"), (ProxyTasks(), "D"), (SequenceTasks(), "nlp_combo")]
)
def test_a_shipped_task_of_searched_values_has_the_key_of_that_member(space: Any, name: str) -> None:
    member = space.decode(space.key(load_any_task(name)))
    assert space.key(member) == space.key(load_any_task(name)) == space.encode(member)
    assert member.name == "searched"


@for_every_preset
def test_children_of_a_shipped_task_are_members(space: Any, name: str) -> None:
    parent = load_any_task(name)
    for seed in range(30):
        child = space.mutate(parent, rng(seed))
        assert space.decode(space.encode(child)) == child
        assert child.name == "searched"
        assert getattr(child, "stage_weights", None) is None


@for_every_preset
def test_to_write_a_shipped_task_in_another_way_is_no_mutation(space: Any, name: str) -> None:
    rare = type(space)(mutation_probability=0.01)
    kept = outline(load_any_task(name))
    assert all(outline(rare.mutate(load_any_task(name), rng(seed))) != kept for seed in range(30))


def outline(task: Any) -> Any:
    """Return what of a task is neither rounded nor put in order."""
    if hasattr(task, "stages"):
        return task.noise, [
            (stage.channel_ratio, [basis_outline(basis) for basis in stage.bases]) for stage in task.stages
        ]
    return (
        task.noise,
        task.dimension,
        *([basis_outline(basis) for basis in bases] for bases in (task.input, task.target)),
    )


def basis_outline(basis: Any) -> Any:
    frequencies = tuple(sorted(round(frequency, 3) for frequency in getattr(basis, "frequencies", ())))
    return basis.kind, basis.level, round(getattr(basis, "partial", 0), 2), frequencies


@for_both
def test_the_probability_says_how_many_blocks_change(space: Any) -> None:
    def changes(probability: float) -> float:
        mutating = type(space)(mutation_probability=probability)
        words = []
        for seed in range(100):
            parent = space.sample(rng(seed))
            child = mutating.mutate(parent, rng(1_000 + seed))
            words.append(len(parts(space.encode(parent)) ^ parts(space.encode(child))))
        return float(np.mean(words))

    assert changes(0.01) < 2.2  # a word in place of another, or one more
    assert changes(0.2) < changes(0.5) < changes(1.0)


def parts(text: str) -> set[tuple[str, str]]:
    """Return the words of a text, each with its field."""
    fields = (field.partition("=") for field in text.split(":"))
    return {(name, word) for name, _, words in fields for word in words.split(",") if word}


@pytest.mark.parametrize("name", ["proxy_tasks", "proxy_tasks_nlp"])
@pytest.mark.parametrize("probability", [0, -0.2, 0.0099, 1.01, math.nan, math.inf])
def test_a_probability_out_of_range_is_refused(name: str, probability: float) -> None:
    with pytest.raises(UsageError, match=rf"mutation_probability is {probability:g}.*; from 0\.01 to 1 is needed"):
        SPACES.build(name, {"mutation_probability": probability})


@pytest.mark.parametrize("probability", ["0.01", "1"])
def test_the_ends_of_the_range_are_allowed(probability: str) -> None:
    space = SPACES.build("proxy_tasks", {"mutation_probability": probability})
    parent = space.sample(rng(0))
    assert space.mutate(parent, rng(1)) != parent


@pytest.mark.parametrize(("space", "networks"), [(ProxyTasks(), TinyNetworks()), (SequenceTasks(), TinySequences())])
def test_a_found_task_is_a_file_that_the_fitness_takes(space: Any, networks: Any, tmp_path: Path) -> None:
    task = space.to_task(space.mutate(space.sample(rng(7)), rng(8)))
    (tmp_path / "found.json").write_text(task.to_json())
    options = {"task": str(tmp_path / "found.json"), "steps": 2, "precision": "float32"}
    assert FITNESSES.resolve("regression", options)["task"] == task.to_json()
    fitness = FITNESSES.build("regression", options)
    assert fitness.accepts(networks) is None
    context = EvalContext(networks, NoiseImages(16), 0, derive_rng(1), torch.device("cpu"))
    assert -math.inf < fitness(3, context).value < 0


@pytest.mark.parametrize(("space", "networks"), [(ProxyTasks(), TinySequences()), (SequenceTasks(), TinyNetworks())])
def test_networks_that_read_something_else_are_refused(space: Any, networks: Any) -> None:
    task = space.to_task(space.sample(rng(7)))
    assert "task 'searched' has none" in FITNESSES.build("regression", {"task": task.to_json()}).accepts(networks)
