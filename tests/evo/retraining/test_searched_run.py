"""Catches: another architecture than the best one, or than the one that was asked for; a supernet's seed that gets
lost; labels that a supernet learnt from and nobody knows of; a run without networks of images; a run without a score
that ends in a traceback, or is finished and said to be on its way.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.engine.plugins import resolve_choice
from evo.records.config import Limits
from evo.retraining.searched_run import Architecture, EvolvedRun, SupernetRun, open_run
from evo.storage import checkpoint
from evo.storage.run_folder import RunFolder
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.evo.retraining.small_runs import BEST, DATA, gradient_config, write_evolution_run, write_failed_run
from tests.tiny import TinyNetworks


def architecture(run: Path, *, seed_of: int | None = None, candidate: str | None = None) -> Architecture:
    return open_run(run).architecture(seed_of=seed_of, candidate=candidate)


def derived(run: Path, seed: int) -> str | None:
    return checkpoint.read_progress(run, seed).derived


def test_of_a_differentiable_search_the_best_seeds_is_taken(searched: Path) -> None:
    assert architecture(searched) == Architecture(derived(searched, BEST) or "", BEST)


def test_a_supernet_may_be_named(searched: Path) -> None:
    assert architecture(searched, seed_of=10) == Architecture(derived(searched, 10) or "", 10)
    assert derived(searched, 10) != derived(searched, BEST)


def test_a_candidate_may_be_named_and_has_the_weights_of_the_named_or_the_best_supernet(searched: Path) -> None:
    space = open_run(searched).space
    text = space.encode(space.sample(np.random.default_rng(7)))
    assert architecture(searched, candidate=text) == Architecture(text, BEST)
    assert architecture(searched, candidate=text, seed_of=10) == Architecture(text, 10)


def test_of_an_evolution_the_best_is_taken_and_has_no_supernet(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", ["a", "b"])
    assert architecture(run) == Architecture("b", None)


def test_an_unfinished_differentiable_search_says_which_supernets_there_are(run: Path) -> None:
    shutil.rmtree(run / "evaluations")
    with pytest.raises(UsageError, match="no trial has a score yet; name a supernet by --seed-of: 10, 11"):
        architecture(run)
    assert architecture(run, seed_of=10).supernet == 10


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"seed_of": 12}, "no supernet of that seed; there: 10, 11"),
        ({"candidate": "x"}, "--candidate 'x': "),
    ],
)
def test_what_is_not_there_is_refused(searched: Path, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        architecture(searched, **asked)


@pytest.mark.parametrize(
    ("objective", "labels"), [("classification", DATA), ("patch_recovery", DATA), ("rotation", None), ("byol", None)]
)
def test_labels_are_those_that_the_objective_reads(tmp_path: Path, objective: str, labels: str | None) -> None:
    config = replace(gradient_config(), fitness=resolve_choice("fitness", objective, {}, strategy="darts"), data=DATA)
    with RunFolder(tmp_path) as folder:
        folder.claim(config, Limits())
    assert open_run(tmp_path).with_supernets().labels() == labels


def test_an_evolution_refuses_what_only_supernets_have(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [])
    with pytest.raises(UsageError, match=r"--seed-of 1: .* is no differentiable search"):
        architecture(run, seed_of=1)
    with pytest.raises(UsageError, match="no trial has a score yet; let it go on first"):
        architecture(run)


ERRORS = ["Traceback\n  line\nDivergedError: a loss of epoch 0 is not finite", "MemoryError: too large"]


def test_a_finished_run_of_failures_alone_says_so_and_why(tmp_path: Path) -> None:
    run = write_failed_run(tmp_path / "run", gradient_config(), ERRORS)
    words = r"all trials failed \(2\), the first by DivergedError: a loss of epoch 0 is not finite; mend that"
    with pytest.raises(UsageError, match=words):
        architecture(run)
    with pytest.raises(UsageError, match=r"--seed-of 11: its training in .* failed before its end: MemoryError: too"):
        architecture(run, seed_of=11)
    with pytest.raises(UsageError, match="no supernet of that seed; there: none yet"):
        architecture(run, seed_of=12)


def test_a_run_of_failures_that_is_not_finished_is_let_go_on(tmp_path: Path) -> None:
    run = write_failed_run(tmp_path / "run", gradient_config(), ERRORS, asked=3)
    with pytest.raises(UsageError, match="no trial has a score yet; let it go on first"):
        architecture(run)


def test_a_supernet_that_failed_later_may_still_be_named(run: Path) -> None:
    shutil.rmtree(run / "evaluations")
    write_failed_run(run, gradient_config(), ERRORS)
    with pytest.raises(
        UsageError, match=r"all trials failed \(2\), .*; name a supernet by --seed-of: 10, 11, as it was"
    ):
        architecture(run)
    assert architecture(run, seed_of=10).supernet == 10


@pytest.mark.parametrize("space", ["nasbench_nlp", "proxy_tasks"])
def test_spaces_without_networks_of_images_are_refused(tmp_path: Path, space: str) -> None:
    run = write_evolution_run(tmp_path / "run", [], space)
    with pytest.raises(UsageError, match=f"space '{space}' cannot be trained"):
        open_run(run)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run here"):
        open_run(tmp_path)


def test_a_run_is_of_the_kind_that_its_strategy_is(searched: Path, tmp_path: Path) -> None:
    evolved = open_run(write_evolution_run(tmp_path / "run", []))
    assert isinstance(evolved, EvolvedRun)
    assert isinstance(open_run(searched), SupernetRun)
    with pytest.raises(UsageError, match="is no differentiable search and has no supernet; take --init random"):
        evolved.with_supernets()


def test_a_space_that_its_caller_made_is_passed_again(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", ["a"])
    path = run / "config.json"
    values = json.loads(path.read_text())
    values["search"]["objects"] = ["space", "strategy"]
    path.write_text(json.dumps(values))
    with pytest.raises(UsageError, match="pass it again"):
        open_run(run)
    space = TinyNetworks()
    assert open_run(run, objects={"space": space}).space is space


def test_an_option_that_is_left_out_at_its_default_can_be_given(tmp_path: Path) -> None:
    config = replace(gradient_config(space="nasbench201"), objects=())
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(config, Limits(1))
    with trusting():
        run = open_run(tmp_path / "run")
    space, other = run.resized({"biases": True})
    assert other == {"biases": True}
    assert space != run.space
    assert run.resized({"biases": False})[1] == {}
