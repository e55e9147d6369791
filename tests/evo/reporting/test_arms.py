"""Catches: seeds of one search taken for several, other searches taken for seeds, an arm whose name does not tell it
from the others."""

from dataclasses import replace
from pathlib import Path

from evo.records.config import Choice
from evo.reporting.arms import arms_of, scored_alike
from evo.reporting.run_files import read_run_files
from evo.storage.run_folder import CONFIG
from tests.run_folders import config_of, done, files_of


def test_runs_that_differ_in_their_seed_alone_are_one_arm(tmp_path: Path) -> None:
    runs = [files_of(tmp_path / str(seed), [done(0, 1.0)], config=config_of(seed=seed)) for seed in (2, 0)]
    other = files_of(tmp_path / "r", [done(0, 1.0)], config=config_of(strategy="random_search"))
    one, second = arms_of([*runs, other])
    assert [run.name for run in one.runs] == ["0", "2"]
    assert (one.label, second.label) == ("regularized_evolution", "random_search")
    assert list(one.by_seed()) == [0, 2]


def test_options_name_arms_where_no_axis_does(tmp_path: Path) -> None:
    plain = config_of("naswot")
    other = replace(plain, fitness=Choice("naswot", {**plain.fitness.options, "batch": 16}))
    runs = [files_of(tmp_path / name, config=config) for name, config in (("a", plain), ("b", other))]
    assert [arm.label for arm in arms_of(runs)] == ["fitness.batch=0", "fitness.batch=16"]


def test_a_run_of_unknown_configuration_is_an_arm_of_its_own(tmp_path: Path) -> None:
    runs = []
    for name in ("a", "b"):
        files_of(tmp_path / name, [done(0, 1.0)])
        (tmp_path / name / CONFIG).unlink()
        runs.append(read_run_files(tmp_path / name))
    assert [arm.label for arm in arms_of(runs)] == ["a (configuration unknown)", "b (configuration unknown)"]
    assert arms_of(runs)[0].by_seed() == {}


def test_runs_without_a_common_scale_are_judged_apart(tmp_path: Path) -> None:
    configs = [config_of(), config_of(strategy="random_search"), config_of("synflow")]
    runs = [files_of(tmp_path / str(n), [done(0, 1.0)], config=config) for n, config in enumerate(configs)]
    assert [[arm.label for arm in group] for group in scored_alike(arms_of(runs))] == [
        ["naswot, regularized_evolution", "naswot, random_search"],
        ["synflow, regularized_evolution"],
    ]


def test_axes_name_arms_and_options_those_that_axes_do_not(tmp_path: Path) -> None:
    plain, other = config_of(), config_of(strategy="random_search")
    configs = [plain, other, replace(plain, ahead=16)]
    runs = [files_of(tmp_path / str(n), config=config) for n, config in enumerate(configs)]
    assert [arm.label for arm in arms_of(runs)] == [
        "regularized_evolution, ahead=0",
        "random_search",
        "regularized_evolution, ahead=16",
    ]
