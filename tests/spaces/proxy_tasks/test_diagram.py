"""Catches: maps that are not the task's own, a sum that is not what is predicted, a signal that is not said."""

import numpy as np
import pytest
import torch

from spaces.drawing.diagram import Diagram, ImagesPart, Pixels
from spaces.proxy_tasks.diagram import proxy_task_diagram, sequence_task_diagram
from spaces.proxy_tasks.sequence_space import SequenceTasks
from spaces.proxy_tasks.space import ProxyTasks
from tasks import Dot, GDot, Noise, NoiseKind, ProxyTask, Resize, Sin1D, StageTask, derive_rng, open_images

WAVES = Sin1D(1.5, (0.1, 0.25), local=False)
TASK = ProxyTask(
    "mine",
    Noise(NoiseKind.UNIFORM, 0.3),
    (StageTask(0.25, (WAVES, Resize(2.0), GDot(0.5, 0.5))), StageTask(1.0, (Dot(1.0, 0.25),)), StageTask(0.5)),
    stage_weights=(1.0, 2.0, 0.5),
)


def parts_of(diagram: Diagram) -> list[ImagesPart]:
    assert all(isinstance(part, ImagesPart) for part in diagram.parts)
    return [part for part in diagram.parts if isinstance(part, ImagesPart)]


def tensor(images: tuple[Pixels, ...]) -> torch.Tensor:
    return torch.tensor(images)


def test_sums_are_the_targets_of_a_run() -> None:
    rng = derive_rng(0, "regression", "batch")  # as the fitness draws them
    images = open_images("photos").draw(TASK.batch_size, rng).images
    targets = TASK.build_targets(images, rng)
    first, second, third = parts_of(proxy_task_diagram(TASK, "title"))
    assert torch.allclose(tensor(first.rows[-1].images), targets[0][0, :6], atol=1e-6)
    assert torch.equal(tensor(second.rows[0].images), targets[1][0, :6])
    assert [row.label for row in third.rows] == ["no signal"]
    assert not tensor(third.rows[0].images).any()


def test_every_signal_is_told_with_its_images() -> None:
    first, second, third = parts_of(proxy_task_diagram(TASK, "title"))
    assert first.title == "stage 1: 16 channels of 8x8 pixels"
    assert [row.label.partition(":")[0] for row in first.rows] == ["sin1d", "resize", "gdot", "sum"]
    assert [len(row.images) for row in first.rows] == [6] * 4
    assert first.rows[0].note == "level 1.5, the same for every image, cycles per pixel: 0.1 0.25"
    assert first.rows[1].note == "level 2"
    assert second.rows[0].note == "level 1, every image its own, 16 of 64 pixels"
    assert [part.note for part in (first, second, third)] == [f"weight in the loss: {w}" for w in ("1", "2", "0.5")]


def test_the_rows_of_a_stage_add_up() -> None:
    *signals, total = (tensor(row.images) for row in parts_of(proxy_task_diagram(TASK, "title"))[0].rows)
    assert torch.allclose(torch.stack(signals).sum(0), total, atol=1e-6)


def test_noise_is_told() -> None:
    assert proxy_task_diagram(TASK, "title").notes[0] == "uniform noise of level 0.3 is added to the images"
    space = ProxyTasks()
    assert space.diagram(space.decode("preset=combo")).notes[0].startswith(("no noise", "gaussian", "uniform"))


@pytest.mark.parametrize("seed", [0, 1])
def test_sums_of_sequences_are_what_a_run_reads_and_predicts(seed: int) -> None:
    task = SequenceTasks().sample(np.random.default_rng(seed))
    diagram = sequence_task_diagram(task, "title")
    given = task.build(derive_rng(0, "regression", "batch"))
    for part, sequences in zip(parts_of(diagram), given, strict=True):
        assert torch.allclose(tensor(part.rows[-1].images), sequences[:, :2].transpose(0, 1), atol=1e-6)
        assert f"{task.dimension} values in each of 8 steps" in part.title
    assert [part.title.partition(":")[0] for part in diagram.parts] == ["what is read", "what is predicted"]


def test_a_shipped_task_is_called_by_its_name() -> None:
    space, sequences = ProxyTasks(), SequenceTasks()
    assert space.diagram(space.decode("preset=combo")).title == "proxy task combo"
    assert space.diagram(space.sample(np.random.default_rng(0))).title == "proxy task"
    assert sequences.diagram(sequences.sample(np.random.default_rng(0))).title == "proxy task"
