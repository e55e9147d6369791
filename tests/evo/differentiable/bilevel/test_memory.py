"""Catches: an estimate that forgets the batch, the weights or what a pass keeps; one that counts weights as kept maps,
or one kind of step, or the first stage alone;
free memory that is misread.
"""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from evo.differentiable.bilevel import memory
from evo.differentiable.bilevel.memory import (
    COPIES,
    PROCESS_BYTES,
    available_bytes,
    check_images_fit,
    kept_bytes,
    training_bytes,
)
from evo.differentiable.relaxations.base import Level
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.differentiable.relaxations.p_darts import PDarts
from evo.differentiable.relaxations.path_binarised import PathBinarised
from spaces.darts.space import DartsCells
from tasks import ImageBatch
from tasks.foundation.errors import UsageError
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer


def estimate(**options: int) -> int:
    return training_bytes(make_setup(**options), DartsRelaxation(), epochs=4)


def test_what_a_pass_keeps_grows_with_the_batch_and_nothing_else_does() -> None:
    small, large = estimate(batch=2, held_out=8), estimate(batch=6, held_out=6)
    images = 2 * 3 * 8 * 8 * 4  # two held-out images fewer
    kept_by_two = (large + images - small) / 2
    trainer = make_trainer(make_setup())
    weights = [*trainer.weights(), *trainer.supernet.architecture_parameters()]
    fixed = PROCESS_BYTES + COPIES * 4 * sum(each.numel() for each in weights) + (24 + 8) * 3 * 8 * 8 * 4
    assert small == fixed + int(kept_by_two)


def test_images_that_alone_are_too_many_are_refused_by_their_option(monkeypatch: pytest.MonkeyPatch) -> None:
    setup, one = make_setup(pictures=1_000_000, held_out=8), 3 * 8 * 8 * 4
    monkeypatch.setattr(memory, "available_bytes", lambda: 1_000_008 * one)
    check_images_fit(setup)
    monkeypatch.setattr(memory, "available_bytes", lambda: 1_000_008 * one - 1)
    words = r"strategy\.pictures=1000000: 1000008 images of 8 pixels, with those held out, take 0\.7 GiB of memory"
    with pytest.raises(UsageError, match=words):
        check_images_fit(setup)


def test_maps_that_are_kept_are_counted_once_and_weights_are_not() -> None:
    weight = torch.ones(3, requires_grad=True)

    def loss(images: torch.Tensor, *_: Any) -> torch.Tensor:
        scaled = images * weight  # keeps the images, 24 bytes, and the weight, which a worker has anyway
        return (scaled.exp() * scaled).sum()  # keeps the product, met in two places, and its exponential: 24 bytes each

    trainer = SimpleNamespace(weights=lambda: [weight], loss=loss, supernet=SimpleNamespace(alphas={}))
    objective = SimpleNamespace(prepare=lambda batch, generator: batch.images)
    setup = SimpleNamespace(objective=objective, generator=lambda *names: torch.Generator())
    tried = ImageBatch(torch.zeros(2, 3), None)
    assert kept_bytes(cast(Any, trainer), cast(Any, setup), tried, Level.WEIGHTS) == 3 * 24


def test_the_pass_that_keeps_most_counts_and_a_hessian_keeps_more() -> None:
    setup = make_setup()
    paths = training_bytes(setup, PathBinarised(), epochs=4)  # trains one path of weights, two of the architecture
    trainer = make_trainer(setup, PathBinarised())
    tried = ImageBatch(trainer._data.weights.images[:2], None)
    one, two = (kept_bytes(trainer, setup, tried, level) for level in (Level.WEIGHTS, Level.ARCHITECTURE))
    assert one < two
    weights = [*trainer.weights(), *trainer.supernet.architecture_parameters()]
    fixed = PROCESS_BYTES + COPIES * 4 * sum(each.numel() for each in weights) + (24 + 8) * 3 * 8 * 8 * 4
    assert paths == pytest.approx(fixed + two * 2, rel=1e-3)
    curved = kept_bytes(trainer, setup, tried, Level.ARCHITECTURE, curved=True)
    assert curved > two
    assert training_bytes(make_setup(eigenvalue_every=2), PathBinarised(), epochs=4) > paths + curved - two


def test_the_stage_that_needs_most_counts() -> None:
    setup = replace(make_setup(), space=DartsCells(channels=4, cells=3), settings=make_setup(epochs=1).settings)
    shallow, deep = (training_bytes(setup, PDarts(cells=3, deeper=deeper), epochs=3) for deeper in (0, 6))
    first = training_bytes(setup, PDarts(cells=3, deeper=6), epochs=1)
    assert first == shallow < deep


def test_free_memory_is_what_the_kernel_says() -> None:
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert 0 < available_bytes() <= int(total.split()[1]) * 1024


def test_a_containers_memory_counts_where_less_of_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory_left", lambda: 4096)
    assert available_bytes() == 4096
    monkeypatch.setattr(memory, "memory_left", lambda: 2**60)
    assert available_bytes() < 2**60
