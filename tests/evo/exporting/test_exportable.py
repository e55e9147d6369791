"""Catches: weights of another training or supernet, a network of another size than its weights, a space that is
imported because a folder names it."""

from pathlib import Path
from typing import Any

import pytest
import torch

import evo
from evo.exporting.exportable import Weights, open_exportable
from evo.exporting.request import ExportRequest
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import DATA, write_evolution_run
from tests.tiny_images import TinyLabels

TRAINED: dict[str, Any] = {"epochs": 1, "batch": 4, "options": {"train": {"threads": 1, "precision": "float32"}}}
EASY = "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|"
RESNET = "ds=1,1,1,1:ws=16,16,16,16"


def opened(run: Path, **asked: Any) -> Any:
    return open_exportable(ExportRequest(run=run, **{"trust": True, **asked}))


def test_an_evolved_candidate_has_no_weights_and_is_built_for_use(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [EASY], "nasbench201")
    found = opened(run)
    assert (found.text, found.best, found.origin.weights) == (EASY, True, Weights.NONE)
    assert found.config.space.options["affine"] is True  # without it an answer would depend on the whole batch
    assert found.searched.space.options["affine"] is False
    assert not found.network.training
    assert (found.spec.size, found.num_outputs) == (32, 10)


def test_a_named_candidate_is_not_the_best(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [RESNET])
    other = RESNET.replace("ws=16,16,16,16", "ws=16,16,24,16")
    found = opened(run, candidate=other)
    assert (found.text, found.best) == (other, False)


def test_a_candidate_is_named_in_a_published_form_too(tmp_path: Path) -> None:
    found = opened(write_evolution_run(tmp_path / "run", [EASY], "nasbench201"), candidate="(1, 1, 1, 3, 1, 1)")
    assert (found.text, found.best) == ("|none~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|none~2|", False)


def test_a_derived_candidate_inherits_from_its_own_supernet(searched: Path) -> None:
    found = opened(searched)
    assert (found.origin.weights, found.origin.supernet) == (Weights.INHERITED, 11)
    assert found.origin.build(found.space) == {"searched": True}  # as the supernet is
    network = evo.load(searched, trust=True).network(found.text, weights="best")
    assert all(torch.equal(value, found.network.state_dict()[name]) for name, value in network.state_dict().items())
    other = opened(searched, candidate=found.text.replace("sep_conv_3x3", "sep_conv_5x5"))
    assert (other.origin.weights, other.origin.build(other.space)) == (Weights.NONE, {})


def test_trained_weights_come_with_the_size_and_the_images_of_their_training(run: Path) -> None:
    searched = evo.load(run, trust=True)
    options = {**TRAINED["options"], "space": {"channels": 2}}
    evo.train(searched, data=DATA, **{**TRAINED, "options": options})
    found = opened(run)
    assert (found.origin.weights, found.origin.training["epochs"]) == (Weights.TRAINED, 1)
    assert (found.config.space.options["channels"], found.num_outputs) == (2, TinyLabels.num_classes)
    assert found.searched.space.options["channels"] == 4


def test_networks_that_are_trained_as_a_supernet_are_built_so(run: Path) -> None:
    searched = evo.load(run, trust=True)
    evo.train(
        searched, data=DATA, **{**TRAINED, "options": {"train": {**TRAINED["options"]["train"], "searched": True}}}
    )
    found = opened(run)
    assert found.origin.build(found.space) == {"searched": True}


def test_what_only_the_folder_names_is_not_imported(run: Path) -> None:
    with pytest.raises(UsageError, match=r"data 'tests\.tiny_images:tiny_noise' is neither built in nor installed"):
        opened(run, trust=False)
    (run / "config.json").write_text(
        (run / "config.json").read_text().replace('"darts",\n      "opt', '"os:getcwd",\n      "opt')
    )
    with pytest.raises(UsageError, match="space 'os:getcwd' is neither built in nor installed"):
        opened(run, trust=False)


def test_a_row_of_no_candidate_of_the_space_is_one_line(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", ["<script>"], "nasbench201")
    with pytest.raises(UsageError, match=r"/run: its row of '<script>' is no candidate of its space \('<script>' desc"):
        opened(run)


def test_bad_candidates_other_spaces_and_empty_runs_are_refused(tmp_path: Path) -> None:
    run = write_evolution_run(tmp_path / "run", [RESNET])
    with pytest.raises(UsageError, match="--candidate 'nonsense': "):
        opened(run, candidate="nonsense")
    with pytest.raises(UsageError, match="the run has nds_resnet"):
        opened(run, space="nasbench201")
    empty = write_evolution_run(tmp_path / "empty", [])
    with pytest.raises(UsageError, match="no trial has a score yet; name a candidate by --candidate"):
        opened(empty)
    tasks = write_evolution_run(tmp_path / "tasks", [], "proxy_tasks")
    with pytest.raises(UsageError, match="space 'proxy_tasks' builds no networks; there is nothing to export"):
        opened(tasks)
