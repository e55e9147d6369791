"""Catches: a task lost or changed in JSON, a faulty file accepted or refused without saying where, presets that
drift from the published numbers, targets that depend on anything but generator and images, wrong noise."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks import Noise, NoiseKind, ProxyTask, StageTask, load_task, preset_names
from tasks.foundation.errors import UsageError
from tasks.regression.signal_bases import Basis, Dot, Resize, Sin1D

PRESETS = ["D", "N", "R", "combo", "single"]


def pictures(count: int = 16) -> torch.Tensor:
    return torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def combo_record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(load_task("combo").to_json())
    return record


WEIGHTS = st.tuples(st.floats(0.1, 2), st.floats(0, 2), st.floats(0, 2))
NOISE = st.one_of(
    st.just(Noise()), st.builds(Noise, kind=st.sampled_from(["gaussian", "uniform"]), level=st.floats(0, 1))
)
# Ratios of at most 1 keep within the smallest pool, 64 maps of one frequency.
BASES = st.one_of(*map(st.from_type, get_args(Basis)))
STAGES = st.builds(StageTask, channel_ratio=st.floats(1 / 64, 1), bases=st.lists(BASES, max_size=4).map(tuple))
TASKS = st.builds(
    ProxyTask,
    name=st.text(min_size=1),
    noise=NOISE,
    stages=st.tuples(STAGES, STAGES, STAGES),
    stage_weights=st.none() | WEIGHTS,
    batch_size=st.integers(1, 64),
)


@given(TASKS, st.sampled_from([None, 2]))
def test_a_task_survives_its_json_text(task: ProxyTask, indent: int | None) -> None:
    again = ProxyTask.from_json(task.to_json(indent=indent))
    assert again == task
    assert hash(again) == hash(task)
    assert again.to_json() == task.to_json()


def test_json_is_one_line_unless_indented() -> None:
    assert "\n" not in load_task("N").to_json()
    assert "\n" in load_task("N").to_json(indent=2)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_builds_one_target_per_stage(name: str) -> None:
    task = load_task(name)
    targets = task.build_targets(pictures(), rng())
    assert task.name == name
    assert [tuple(target.shape) for target in targets] == [(16, channels, 8, 8) for channels in task.channels]
    assert all(bool(target.isfinite().all()) for target in targets)


@pytest.mark.parametrize(
    ("name", "channels", "noise"),
    [
        ("single", (64, 64, 64), Noise()),
        ("combo", (64, 64, 64), Noise()),
        ("N", (64, 48, 16), Noise(NoiseKind.UNIFORM, 0.1)),
        ("D", (80, 32, 80), Noise(NoiseKind.GAUSSIAN, 0.2)),
        ("R", (16, 16, 32), Noise(NoiseKind.GAUSSIAN, 0.9)),
    ],
)
def test_presets_have_the_published_channels_and_noise(name: str, channels: tuple[int, ...], noise: Noise) -> None:
    assert load_task(name).channels == channels
    assert load_task(name).noise == noise


@pytest.mark.parametrize(
    ("name", "variances"),
    [
        ("single", (0, 0, 1)),
        ("combo", (1.99, 1.08, 1.58)),
        ("N", (0.61, 6.5, 2.7)),
        ("D", (0.58, 4.0, 0.52)),
        ("R", (0.65, 3.7, 2.3)),
    ],
)
def test_target_variances_are_those_of_the_reference(name: str, variances: tuple[float, ...]) -> None:
    task = load_task(name)
    measured = np.mean(
        [[float(t.var()) for t in task.build_targets(pictures(), rng(seed))] for seed in range(5)], axis=0
    )
    assert measured == pytest.approx(variances, rel=0.08)


def test_only_the_single_preset_has_weights_of_its_own() -> None:
    weighted = {name: load_task(name).stage_weights for name in PRESETS}
    assert weighted == {**dict.fromkeys(PRESETS), "single": (0.0, 0.0, 1.0)}


def test_presets_are_found_in_any_case_and_listed() -> None:
    assert preset_names() == PRESETS
    assert load_task("COMBO") == load_task("combo")
    assert load_task("n") == load_task("N")


def test_a_target_is_the_sum_of_its_bases_times_their_levels() -> None:
    both = StageTask(1.0, (Dot(2.0, 1.0), Resize(0.5)))
    host = rng(3)
    parts = [
        level * basis.maps(pictures(), 8, 8, host) for level, basis in ((2.0, both.bases[0]), (0.5, both.bases[1]))
    ]
    torch.testing.assert_close(both.build_target(pictures(), 8, 8, rng(3)), parts[0] + parts[1])


def test_a_stage_without_a_basis_has_an_all_zero_target() -> None:
    assert bool((StageTask(1.0).build_target(pictures(), 4, 8, rng()) == 0).all())


def test_global_maps_are_the_same_for_all_images() -> None:
    target = StageTask(1.0, (Dot(1.0, 0.5, local=False),)).build_target(pictures(), 4, 8, rng())
    assert torch.equal(target[:1].expand_as(target), target)


@pytest.mark.parametrize("name", PRESETS)
def test_targets_are_a_function_of_generator_and_pictures(name: str) -> None:
    task = load_task(name)
    first, again, other = (task.build_targets(pictures(), rng(seed)) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[2], other[2])


def change_basis(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda task: task["stages"][1]["bases"][0].update(values)


def change_stage(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda task: task["stages"][1].update(values)


def change_task(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda task: task.update(values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_basis(basis="sin3d"), r"^stage 2, basis 1: unknown basis 'sin3d'; did you mean 'sin[12]d'"),
        (change_basis(level=0), r"^stage 2, basis 1 \(sin1d\): level=0"),
        (change_basis(frequencies=[]), r"^stage 2, basis 1 \(sin1d\): frequencies is empty"),
        (change_basis(frequencies=[0.6]), r"^stage 2, basis 1 \(sin1d\): frequency=0.6"),
        (change_basis(frequencis=[0.1]), r"^stage 2, basis 1 \(sin1d\): unknown key 'frequencis'; did you mean"),
        (
            change_stage(bases=[{"basis": "gdot", "level": 1, "partial": 0.01}]),
            r"basis 1 \(gdot\): partial=0.01: lights",
        ),
        (change_stage(bases=[{"basis": "sin1d", "level": 1, "frequencies": [0.1]}], channel_ratio=1.5), "pool of 64"),
        (change_stage(bases={}), r"^stage 2: bases=\{\}: a list is needed"),
        (change_stage(bases=[7]), r"^stage 2, basis 1: basis=7: an object is needed"),
        (change_stage(channel_ratio="1"), r"^stage 2: channel_ratio='1': a number"),
        (change_stage(channel_ratio=1e308), r"^stage 2: channel_ratio=1e\+308: at most 1000 is needed"),
        (change_stage(channel_ratio=0.01), r"^stage 2: channel_ratio=0.01: gives no channel"),
        (change_stage(chanel_ratio=1), r"^stage 2: unknown key 'chanel_ratio'; did you mean 'channel_ratio'"),
        (change_task(stages=[]), "stages: 3 are needed, got 0"),
        (change_task(stages={}), "stages={}: a list is needed"),
        (change_task(stages=[1, 2, 3]), "^stage 1: stage=1: an object is needed"),
        (change_task(noise={"kind": "gaussian", "level": -0.1}), "^noise: level=-0.1"),
        (change_task(noise={"kind": "none", "level": 0.1}), "^noise: level=0.1"),
        (change_task(noise={"kind": "gausian"}), "^noise: unknown noise 'gausian'; did you mean 'gaussian'"),
        (change_task(noise=[]), r"^noise: noise=\[\]: an object is needed"),
        (change_task(noise={"levl": 1}), "^noise: unknown key 'levl'; did you mean 'level'"),
        (change_task(stage_weights=[1, 1]), r"stage_weights=\[1, 1\]: 3 numbers"),
        (change_task(stage_weights=[0, 0, 0]), "not all 0"),
        (change_task(stage_weights=[1, -1, 1]), "at least 0"),
        (change_task(batch_size=True), "batch_size=True: a whole number"),
        (change_task(output_size=0), "output_size=0"),
        (change_task(base_channels=64.0), "base_channels=64.0"),
        (change_task(name=""), "name='': a string"),
        (change_task(found_by="me"), "^found_by='me': an object is needed"),
        (change_task(nme="x"), "unknown key 'nme'; did you mean 'name'"),
    ],
)
def test_a_faulty_task_is_refused_in_one_line_that_says_where(
    change: Callable[[dict[str, Any]], None], words: str, tmp_path: Path
) -> None:
    record = combo_record()
    change(record)
    with pytest.raises(UsageError, match=words) as caught:
        ProxyTask.from_json(json.dumps(record))
    assert "\n" not in str(caught.value)
    path = tmp_path / "task.json"
    path.write_text(json.dumps(record))
    with pytest.raises(UsageError, match=r"^task file '.*task.json': "):
        load_task(str(path))


@pytest.mark.parametrize("missing", ["name", "noise", "stages"])
def test_a_task_without_a_needed_key_is_refused(missing: str) -> None:
    record = combo_record()
    del record[missing]
    with pytest.raises(UsageError, match=f"{missing!r} is missing"):
        ProxyTask.from_json(json.dumps(record))


@pytest.mark.parametrize("source", ["", "{", "[1]", "null", "[" * 100_000, '{"name": NaN}'])
def test_text_that_is_no_task_is_refused(source: str) -> None:
    with pytest.raises(UsageError) as caught:
        ProxyTask.from_json(source)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_answers_with_the_presets() -> None:
    with pytest.raises(
        UsageError, match=r"unknown task 'comb'; did you mean 'combo'\? \(known: D, N, R, combo, single"
    ):
        load_task("comb")


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"task file 'gone.json' does not exist \(presets: D, N"):
        load_task("gone.json")
    with pytest.raises(UsageError, match="does not exist"):
        load_task(str(tmp_path))
    (tmp_path / "latin.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(UsageError, match="cannot be read"):
        load_task(str(tmp_path / "latin.json"))


def test_a_file_is_read_as_written(tmp_path: Path) -> None:
    task = replace(load_task("R"), name="mine")
    (tmp_path / "mine.json").write_text(task.to_json(indent=1))
    assert load_task(str(tmp_path / "mine.json")) == task


def test_an_origin_is_kept_and_makes_no_task_another(tmp_path: Path) -> None:
    origin = {"trial": 7, "panel": {"name": "digits"}}
    found = replace(load_task("R"), found_by=origin)
    assert found == load_task("R")
    assert hash(found) == hash(load_task("R"))
    assert json.loads(found.to_json()) == {**json.loads(load_task("R").to_json()), "found_by": origin}
    (tmp_path / "found.json").write_text(found.to_json(indent=1))
    assert load_task(str(tmp_path / "found.json")).found_by == origin
    assert "found_by" not in load_task("R").to_json()


def test_numpy_numbers_become_plain_ones() -> None:
    stage = StageTask(np.float32(0.5), (Sin1D(np.float64(1), [np.float64(0.1)]),))  # type: ignore[arg-type]
    assert ProxyTask.from_json(ProxyTask("x", Noise(), (stage,) * 3).to_json()).stages[0] == stage
    assert isinstance(hash(stage), int)


@pytest.mark.parametrize(
    ("noise", "deviation"), [(Noise(NoiseKind.GAUSSIAN, 0.9), 0.9), (Noise(NoiseKind.UNIFORM, 0.6), 0.6 / 3**0.5)]
)
def test_noise_has_the_deviation_its_level_means(noise: Noise, deviation: float) -> None:
    images = pictures()
    added = noise.add(images, torch.Generator().manual_seed(1)) - images
    assert float(added.std()) == pytest.approx(deviation, rel=0.02)
    assert float(added.mean()) == pytest.approx(0, abs=0.02)
    if noise.kind == NoiseKind.UNIFORM:
        assert float(added.abs().max()) <= 0.6 + 1e-6


def test_noise_is_a_function_of_the_generator_and_new_every_time() -> None:
    noise, images = Noise(NoiseKind.GAUSSIAN, 0.5), pictures()
    generator = torch.Generator().manual_seed(1)
    first, second = noise.add(images, generator), noise.add(images, generator)
    assert torch.equal(first, noise.add(images, torch.Generator().manual_seed(1)))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("noise", [Noise(), Noise(NoiseKind.UNIFORM, 0.0)])
def test_no_noise_returns_the_very_pictures_and_draws_nothing(noise: Noise) -> None:
    images, generator = pictures(), torch.Generator().manual_seed(1)
    before = generator.get_state()
    assert noise.add(images, generator) is images
    assert torch.equal(generator.get_state(), before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", PRESETS)
def test_targets_and_noise_are_built_on_the_device_and_targets_equal_the_hosts(name: str) -> None:
    task = load_task(name)
    host, device = (task.build_targets(pictures(), rng(), where) for where in ("cpu", "cuda"))
    for expected, built in zip(host, device, strict=True):
        assert built.device.type == "cuda"
        torch.testing.assert_close(built.cpu(), expected, atol=5e-5, rtol=0)
    noisy = Noise(NoiseKind.GAUSSIAN, 0.5).add(pictures().cuda(), torch.Generator("cuda").manual_seed(0))
    assert noisy.device.type == "cuda"
