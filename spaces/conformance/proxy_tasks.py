"""The check of the proxy task, or the set of tasks, that a candidate stands for."""

from typing import Any

import numpy as np
import torch

from spaces.base import InputSpec, TaskSpace, reads_sequences
from spaces.conformance.case import NotApplicable, SpaceCase, require
from tasks import ProxyTask, SequenceTask, TaskSet, task_from_json


def task_of_a_candidate(case: SpaceCase) -> str:
    """A task, each of a set, is for what the space says is read, survives JSON, and has finite targets, not all 0."""
    space, twin = case.space, case.twin
    if not isinstance(space, TaskSpace):
        raise NotApplicable("no tasks: the space has no to_task()")
    kind = SequenceTask if reads_sequences(space) else ProxyTask
    for number, candidate in enumerate(case.sampled()):
        with case.about(candidate):
            task = space.to_task(candidate)
            tasks = task.tasks if isinstance(task, TaskSet) else (task,)
            require(isinstance(tasks[0], kind), f"its task is a {type(tasks[0]).__name__}; {_needed(kind)}")
            read = TaskSet.from_json if isinstance(task, TaskSet) else task_from_json
            require(read(task.to_json()) == task, "its task is another one after JSON")
            again = twin.to_task(twin.decode(case.space.encode(candidate)))
            require(task == again, "it stands for two different tasks")
            for each in tasks:
                _check_targets(each, case.rng("targets", number))
    return f"{case.members} tasks for {'sequences' if kind is SequenceTask else 'images'}"


def _needed(kind: type) -> str:
    says = "says" if kind is SequenceTask else "does not say"
    return f"a {kind.__name__} is needed, as the space {says} reads = SequenceSpec"


def _check_targets(task: Any, rng: np.random.Generator) -> None:
    if isinstance(task, SequenceTask):
        inputs, targets = task.build(rng)
        made = {"inputs": (inputs,), "targets": (targets,)}
    else:
        made = {"targets": task.build_targets(_images(task.batch_size), rng)}
    for name, tensors in made.items():
        require(all(tensor.isfinite().all() for tensor in tensors), f"its {name} are not finite")
        require(any(tensor.any() for tensor in tensors), f"its {name} are all zero")


def _images(batch: int) -> torch.Tensor:
    return torch.randn(InputSpec().shape(batch), generator=torch.Generator().manual_seed(0))
