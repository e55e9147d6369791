"""Catches: what a seed does to all labels taken as noise, the noise of another label, an outlier that rules it."""

import math
from pathlib import Path

import numpy as np
import pytest

from spaces.tables.label_noise import label_noise


def write(path: Path, **columns: object) -> str:
    rows = zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True)
    lines = [",".join(("candidate", *columns)), *(f"c{i}," + ",".join(map(str, row)) for i, row in enumerate(rows))]
    path.write_text("\n".join(lines))
    return str(path)


def test_the_noise_of_two_seeds_by_hand(tmp_path: Path) -> None:
    first, second = np.array([0.0, 0.0, 0.0]), np.array([5.0, 6.0, 7.0])
    path = write(tmp_path / "p.csv", value=(first + second) / 2, value_seed_0=first, value_seed_1=second)
    # seeds differ by 6 typically: left are 0.5, 0 and -0.5, with each sign; squares .5, 0 and .5
    of_one = 0.5 / 0.45493642  # the median of a chi-square of one degree of freedom
    assert label_noise(path, "value_seed_1") == pytest.approx(math.sqrt(of_one))
    assert label_noise(path) == label_noise(path, "value") == pytest.approx(math.sqrt(of_one / 2))


def test_noise_is_found_beside_seeds_that_shift_all_labels_and_trainings_that_diverge(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = rng.normal(size=(2000, 1)) + rng.normal(scale=0.3, size=(2000, 4)) + [0.0, 5.0, -3.0, 1.0]
    labels[:20] += rng.normal(scale=500, size=(20, 4))
    seeds = {f"value_seed_{seed}": labels[:, seed] for seed in range(4)}
    path = write(tmp_path / "p.csv", value=labels.mean(1), **seeds)
    assert label_noise(path) == pytest.approx(0.3 / 2, rel=0.1)
    assert label_noise(path, "value_seed_3") == pytest.approx(0.3, rel=0.1)


def test_rows_without_all_labels_and_other_columns_are_left_out(tmp_path: Path) -> None:
    given = {"value": [1, 2, 3, 4, 9], "value_seed_0": [0, 1, 3, 4, 0], "value_seed_1": [2, 3, 3, 4, 99]}
    short = {name: values[:4] for name, values in given.items()}
    others = {"value_seed_0_loss": [1, 7, 2, 9, 1], "my_value_seed_2": [4, 1, 8, 2, 2], "status_ok": [1, 1, 1, 1, 0]}
    whole = label_noise(write(tmp_path / "whole.csv", **short))
    assert whole > 0
    assert label_noise(write(tmp_path / "more.csv", **given, **others)) == whole
    gaps = {**given, "value_seed_1": [2, 3, 3, 4, "nan"]}
    assert label_noise(write(tmp_path / "gaps.csv", **gaps)) == whole


def test_it_cannot_be_told_without_two_seeds_and_two_architectures(tmp_path: Path) -> None:
    assert label_noise(write(tmp_path / "none.csv", value=[1, 2, 3])) == 0
    assert label_noise(write(tmp_path / "one.csv", value=[1, 2, 3], value_seed_0=[1, 2, 3])) == 0
    assert label_noise(write(tmp_path / "row.csv", value=[1], value_seed_0=[1], value_seed_1=[2])) == 0


def test_the_shipped_panels_noise_is_below_the_spread_of_its_labels() -> None:
    assert 0.02 < label_noise("digits") < 0.1  # labels spread by .37
    assert label_noise("digits", "value_seed_0") == pytest.approx(math.sqrt(3) * label_noise("digits"))
    assert label_noise("digits", "params") == 0
