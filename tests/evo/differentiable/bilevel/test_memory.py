"""Catches: an estimate that forgets the batch, the weights or what a pass keeps; one that counts one kind of step, the
first stage alone, or a draw that is not the largest; a Hessian in another precision than its own; options that save
memory and change no figure, or change that of a Hessian; free memory that is misread.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.differentiable.bilevel import memory
from evo.differentiable.bilevel.memory import (
    COPIES,
    DRAWS,
    PROCESS_BYTES,
    MemoryEstimate,
    StageBytes,
    available_bytes,
    check_images_fit,
    estimate_memory,
    kept_maps,
)
from evo.differentiable.bilevel.supernet_data import SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, Relaxation, SupernetPass
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.differentiable.relaxations.gdas import Gdas
from evo.differentiable.relaxations.p_darts import PDarts
from evo.differentiable.relaxations.path_binarised import PathBinarised
from evo.differentiable.relaxations.setn import Setn
from spaces.darts.space import DartsCells
from tasks import ImageBatch
from tasks.foundation.errors import UsageError
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer


def needed(setup: SupernetSetup, relaxation: Relaxation, epochs: int = 4) -> int:
    return estimate_memory(setup, relaxation, epochs).under(setup.settings)


def estimate(**options: Any) -> int:
    return needed(make_setup(**options), DartsRelaxation())


def kept(trainer: SupernetTrainer, level: Level, draws: int = 1, **options: Any) -> list[int]:
    """Return what passes over the first two images keep, by draws one after the other."""
    setup, tried = trainer._setup, ImageBatch(trainer._data.weights.images[:2], None)
    drawn = SupernetPass(level, setup.generator("memory", "gates"))
    return [kept_maps(trainer, setup, tried, drawn, **options).kept for _ in range(draws)]


def fixed_of(trainer: SupernetTrainer) -> int:
    weights = [*trainer.weights(), *trainer.supernet.architecture_parameters()]
    return PROCESS_BYTES + COPIES * 4 * sum(each.numel() for each in weights) + (24 + 8) * 3 * 8 * 8 * 4


def test_what_a_pass_keeps_grows_with_the_batch_and_nothing_else_does() -> None:
    small, large = estimate(batch=2, held_out=8), estimate(batch=6, held_out=6)
    images = 2 * 3 * 8 * 8 * 4  # two held-out images fewer
    kept_by_two = (large + images - small) / 2
    trainer = make_trainer(make_setup())
    assert small == fixed_of(trainer) + int(kept_by_two)


def test_images_that_alone_are_too_many_are_refused_by_their_option(monkeypatch: pytest.MonkeyPatch) -> None:
    setup, one = make_setup(pictures=1_000_000, held_out=8), 3 * 8 * 8 * 4
    monkeypatch.setattr(memory, "available_bytes", lambda: 1_000_008 * one)
    check_images_fit(setup)
    monkeypatch.setattr(memory, "available_bytes", lambda: 1_000_008 * one - 1)
    words = r"strategy\.pictures=1000000: 1000008 images of 8 pixels, with those held out, take 0\.7 GiB of memory"
    with pytest.raises(UsageError, match=words):
        check_images_fit(setup)


def test_the_pass_that_keeps_most_counts_and_a_hessian_keeps_more() -> None:
    setup = make_setup()
    paths = needed(setup, PathBinarised())  # trains one path of weights, two of the architecture
    trainer = make_trainer(setup, PathBinarised())
    one, two = (max(kept(trainer, level, DRAWS)) for level in (Level.WEIGHTS, Level.ARCHITECTURE))
    assert one < two
    assert paths == fixed_of(trainer) + two * 2
    curved = max(kept(trainer, Level.ARCHITECTURE, DRAWS, curved=True))
    assert curved > two
    assert needed(make_setup(eigenvalue_every=2), PathBinarised()) == fixed_of(trainer) + curved * 2


def test_of_sampled_operations_the_largest_draw_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    setup = make_setup(batch=2)
    trainer = make_trainer(setup, Gdas())
    sizes = [size for level in (Level.WEIGHTS, Level.ARCHITECTURE) for size in kept(trainer, level, DRAWS)]
    assert max(sizes) > max(sizes[0], sizes[DRAWS])
    assert needed(setup, Gdas()) == fixed_of(trainer) + max(sizes)
    seen = list[Level]()

    def counted(*given: Any, **options: Any) -> Any:
        seen.append(given[3].level)
        return kept_maps(*given, **options)

    monkeypatch.setattr(memory, "kept_maps", counted)
    needed(make_setup(eigenvalue_every=2), DartsRelaxation())
    assert seen == [Level.WEIGHTS] + [Level.ARCHITECTURE] * 2
    seen.clear()
    needed(setup, Setn())  # its mixture is one
    assert seen == [Level.WEIGHTS] * DRAWS + [Level.ARCHITECTURE]


def test_a_hessian_is_sized_in_the_precision_in_which_it_is_measured() -> None:
    halved, full = (make_trainer(make_setup(precision=name)) for name in ("bfloat16", "float32"))
    assert kept(halved, Level.ARCHITECTURE) != kept(full, Level.ARCHITECTURE)
    assert kept(halved, Level.ARCHITECTURE, curved=True) == kept(full, Level.ARCHITECTURE, curved=True)


def test_options_that_save_memory_are_counted_by_hand() -> None:
    first, second = StageBytes(weights=10, kept=600, recomputed=200), StageBytes(weights=5, kept=500, recomputed=300)
    both = MemoryEstimate(fixed=1000, batch=8, stages=(first, second))
    assert both.needed() == 1000 + 4 * 10 + 600 * 4
    assert both.needed(checkpointing=True) == 1000 + 4 * 5 + 300 * 4
    assert both.needed(micro_batches=4) == 1000 + 4 * 10 + 600
    assert both.needed(checkpointing=True, micro_batches=2) == 1000 + 4 * 5 + 300 * 2
    curved = MemoryEstimate(fixed=0, batch=8, stages=(replace(first, curved=400),))
    assert curved.needed() == 40 + 600 * 4
    assert curved.needed(checkpointing=True) == curved.needed(micro_batches=4) == 40 + 400 * 4
    settings = make_setup(checkpointing=True, micro_batches=2).settings
    assert both.under(settings) == both.needed(checkpointing=True, micro_batches=2)


def test_what_a_search_needs_follows_its_options() -> None:
    plain, again, divided = (
        needed(make_setup(**options), DartsRelaxation())
        for options in ({}, {"checkpointing": True}, {"micro_batches": 2})
    )
    found = estimate_memory(make_setup(checkpointing=True, micro_batches=2), DartsRelaxation(), epochs=4)
    assert (found.needed(), found.needed(checkpointing=True), found.needed(micro_batches=2)) == (plain, again, divided)
    assert max(again, divided) < plain


def test_the_stage_that_needs_most_counts() -> None:
    setup = replace(make_setup(), space=DartsCells(channels=4, cells=3), settings=make_setup(epochs=1).settings)
    shallow, deep = (needed(setup, PDarts(cells=3, deeper=deeper), epochs=3) for deeper in (0, 6))
    first = needed(setup, PDarts(cells=3, deeper=6), epochs=1)
    assert first == shallow < deep


def test_free_memory_is_what_the_kernel_says() -> None:
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert 0 < available_bytes() <= int(total.split()[1]) * 1024


def test_a_containers_memory_counts_where_less_of_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory_left", lambda: 4096)
    assert available_bytes() == 4096
    monkeypatch.setattr(memory, "memory_left", lambda: 2**60)
    assert available_bytes() < 2**60
