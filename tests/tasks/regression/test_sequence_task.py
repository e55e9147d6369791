"""Catches: a task lost or changed in JSON, a faulty one let in or blamed on the wrong place, presets that drift from
the published numbers, sequences that are transposed, shared between items, cut from the wrong square or not a function
of their generator.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.errors import UsageError
from tasks.regression import signals
from tasks.regression.one_task import load_any_task, task_from_json
from tasks.regression.proxy_task import Noise, NoiseKind, ProxyTask
from tasks.regression.sequence_task import SequenceTask
from tasks.regression.signal_bases import BANDS, Dot, GDot, Resize, Sin1D, Sin2D
from tasks.regression.task_files import load_task, sequence_counterpart, sequence_preset_names

LOCAL = {"level": st.floats(1e-3, 1e3), "local": st.just(True)}
FREQUENCIES = st.lists(st.floats(0, 0.5), min_size=1, max_size=12).map(tuple)
BASES = st.one_of(
    *(st.builds(wave, frequencies=FREQUENCIES, **LOCAL) for wave in (Sin1D, Sin2D)),
    *(st.builds(dots, partial=st.floats(0.5, 1), **LOCAL) for dots in (Dot, GDot)),
)
TASKS = st.builds(
    SequenceTask,
    name=st.text(min_size=1),
    noise=st.just(Noise()) | st.builds(Noise, kind=st.just("gaussian"), level=st.floats(0, 1)),
    input=st.lists(BASES, max_size=3).map(tuple),
    target=st.lists(BASES, max_size=3).map(tuple),
    dimension=st.integers(2, 96),
    length=st.integers(1, 16),
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def preset(name: str) -> SequenceTask:
    task = load_any_task(name)
    assert isinstance(task, SequenceTask)
    return task


@given(TASKS, st.sampled_from([None, 2]))
def test_a_task_survives_its_json_text(task: SequenceTask, indent: int | None) -> None:
    again = task_from_json(task.to_json(indent=indent))
    assert again == task
    assert hash(again) == hash(task)
    assert ("\n" in task.to_json(indent=indent)) == (indent is not None)


@pytest.mark.parametrize("name", sequence_preset_names())
def test_every_preset_builds_its_sequences(name: str) -> None:
    task = preset(name)
    assert task.name == name
    for sequences in task.build(rng()):
        assert sequences.shape == (8, 16, task.dimension)
        assert sequences.is_contiguous()
        assert bool(sequences.isfinite().all())


def test_the_published_numbers() -> None:
    assert {name: preset(name).dimension for name in sequence_preset_names() if preset(name).dimension != 64} == {
        "nlp_search": 48
    }
    assert preset("nlp_search").noise == Noise(NoiseKind.UNIFORM, 0.6)
    assert {preset(name).noise for name in sequence_preset_names() if name != "nlp_search"} == {Noise()}
    waves = (Sin1D(1.0, BANDS["medium"]), Sin2D(1.0, BANDS["medium"]))
    assert (preset("nlp_combo").input, preset("nlp_combo").target) == (waves, waves)
    assert preset("nlp_single").input == preset("nlp_single").target == (Dot(1.0, 1.0),)
    for name, wave, band in (("sin1d_h", Sin1D, "high"), ("sin2d_m", Sin2D, "medium")):
        assert preset(f"nlp_{name}").input == preset(f"nlp_{name}").target == (wave(1.0, BANDS[band]),)
    (searched,) = preset("nlp_search").input
    assert (searched.kind, searched.level) == ("sin2d", 2.6)
    assert [(basis.kind, basis.level) for basis in preset("nlp_search").target] == [("sin2d", 0.8), ("gdot", 0.7)]
    assert signals.num_dots(preset("nlp_search").target[1].partial, 8, 48) == 331  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "variances"),
    [
        ("nlp_single", (1.0, 1.0)),
        ("nlp_combo", (1.0, 1.0)),  # two waves of .5 each
        ("nlp_sin1d_h", (0.5, 0.5)),
        ("nlp_search", (2.6**2 / 2, 0.8**2 / 2 + 0.7**2 * 0.155)),
    ],
)
def test_variances_are_those_of_the_bases(name: str, variances: tuple[float, float]) -> None:
    built = [preset(name).build(rng(seed)) for seed in range(20)]
    for side, variance in enumerate(variances):
        measured = np.mean([float(pair[side].square().mean()) for pair in built])
        assert measured == pytest.approx(variance, rel=0.1)


def task_of(*bases: Any, **fields: Any) -> SequenceTask:
    return SequenceTask("mine", Noise(), bases, bases, **fields)


def test_time_runs_downwards_and_a_wide_wave_is_cut_out_of_a_square() -> None:
    inputs, _ = task_of(Sin2D(2.0, (0.1, 0.3)), dimension=12, length=5, batch_size=3).build(rng(4))
    squares = signals.sin2d((0.1, 0.3), (3, 1, 12), rng(4))
    for item in range(3):
        torch.testing.assert_close(inputs[:, item], 2.0 * squares[item, 0, :5])


def test_a_long_wave_is_cut_out_of_a_square_too() -> None:
    inputs, _ = task_of(Sin1D(1.0, (0.2,)), dimension=4, length=9, batch_size=2).build(rng(5))
    torch.testing.assert_close(inputs[:, 1], signals.sin1d((0.2,), (2, 1, 9), rng(5))[1, 0, :, :4])


def test_dots_fill_their_share_of_the_whole_sheet() -> None:
    inputs, targets = task_of(Dot(1.0, 0.3), dimension=12, length=5).build(rng())
    assert bool((inputs.abs().sum(dim=(0, 2)) == int(0.3 * 60)).all())
    assert not torch.equal(inputs, targets)


def test_sequences_are_sums_of_bases_times_levels_of_their_own_for_every_item() -> None:
    bases = (Dot(2.0, 0.5), GDot(0.5, 0.5))
    inputs, _ = task_of(*bases, dimension=6, length=4, batch_size=5).build(rng(1))
    host = rng(1)
    parts = sum(basis.level * basis.sheets(5, 4, 6, host, "cpu") for basis in bases)
    assert isinstance(parts, torch.Tensor)
    torch.testing.assert_close(inputs, parts.transpose(0, 1))
    assert len({tuple(inputs[:, item].flatten().tolist()) for item in range(5)}) == 5


def test_without_a_basis_there_is_silence_and_a_seed_decides_the_rest() -> None:
    assert not any(sequences.any() for sequences in task_of().build(rng()))
    first, again, other = (preset("nlp_combo").build(rng(seed)) for seed in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])
    assert not torch.equal(first[0], first[1])


def record() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(preset("nlp_search").to_json())
    return parsed


def change(path: tuple[Any, ...], value: object) -> Callable[[dict[str, Any]], None]:
    def apply(fields: dict[str, Any]) -> None:
        inner: Any = fields
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("dimension",), 0, "dimension=0: a whole number"),
        (("length",), 2.5, "length=2.5"),
        (("batch_size",), True, "batch_size=True"),
        (("name",), "", "name='': a string"),
        (("noise", "level"), -1, "noise: level=-1"),
        (("input",), {}, "input={}: a list"),
        (("target", 1, "partial"), 0.001, r"target, basis 2 \(gdot\): partial=0.001: lights no pixel of 8x48; 0.0026"),
        (("target", 1, "local"), False, r"target, basis 2 \(gdot\): local=False: true is needed"),
        (("input", 0), {"basis": "resize", "level": 1.0}, r"input, basis 1 \(resize\): sequences have no images"),
        (("input", 0, "basis"), "sin3d", r"input, basis 1: unknown basis 'sin3d'; did you mean 'sin"),
        (("input", 0, "frequencies"), "middle", r"input, basis 1 \(sin2d\): unknown frequency band 'middle'"),
        (("found_by",), [1], r"found_by=\[1\]: an object is needed"),
        (("lenght",), 8, "unknown key 'lenght'; did you mean 'length'"),
    ],
)
def test_a_faulty_task_is_refused_in_one_line_that_says_where(
    path: tuple[Any, ...], value: object, message: str
) -> None:
    fields = record()
    change(path, value)(fields)
    with pytest.raises(UsageError, match=message) as caught:
        SequenceTask.from_json(json.dumps(fields))
    assert "\n" not in str(caught.value)


def test_pictures_cannot_be_given_to_the_constructor_either() -> None:
    images: Any = Resize(1.0)
    with pytest.raises(UsageError, match="sequences have no images to shrink"):
        task_of(images)


@pytest.mark.parametrize("missing", ["name", "noise", "input", "target"])
def test_a_task_without_a_needed_key_is_refused(missing: str) -> None:
    fields = record()
    del fields[missing]
    with pytest.raises(UsageError, match=f"{missing!r} is missing"):
        SequenceTask.from_json(json.dumps(fields))


def test_an_origin_is_kept_and_makes_no_task_another() -> None:
    origin = {"trial": 7}
    found = replace(preset("nlp_search"), found_by=origin)
    assert found == preset("nlp_search")
    assert hash(found) == hash(preset("nlp_search"))
    assert json.loads(found.to_json()) == {**record(), "found_by": origin}
    assert SequenceTask.from_json(found.to_json()).found_by == origin


def test_any_task_is_told_by_what_it_says(tmp_path: Path) -> None:
    assert load_any_task("COMBO") == load_task("combo")
    assert isinstance(load_any_task("Nlp_Combo"), SequenceTask)
    for name in ("combo", "nlp_combo"):
        task = load_any_task(name)
        path = tmp_path / "task.json"
        path.write_text(task.to_json(indent=1))
        assert load_any_task(str(path)) == load_any_task(task.to_json()) == task
    assert isinstance(task_from_json(load_task("N").to_json()), ProxyTask)
    with pytest.raises(UsageError, match=r"did you mean 'nlp_combo'\? \(known: D, N, R, combo, nlp_combo"):
        load_any_task("nlp_comb")


def test_a_preset_for_images_may_have_one_for_sequences() -> None:
    assert sequence_counterpart("Combo") == load_any_task("nlp_combo")
    assert sequence_counterpart("search") == load_any_task("nlp_search")
    assert sequence_counterpart("N") is None
    assert sequence_counterpart("nlp_combo") is None
