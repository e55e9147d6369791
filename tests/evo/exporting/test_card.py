"""Catches: a card that says what is not so, or leaves out what is not known; a text of others that becomes Markdown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.exporting.card import block, code, model_card, origin_line
from evo.exporting.exportable import Exportable, Origin, open_exportable
from evo.exporting.request import ExportRequest
from evo.records.config import TOLD, Choice
from tasks import open_images
from tests.evo.retraining.small_runs import write_evolution_run

RESNET = "ds=1,1,1,1:ws=16,16,16,16"
TRAINING: dict[str, Any] = {
    "init": "random",
    "seed": 3,
    "test_accuracy": 0.9134,
    "test_pictures": 359,
    "setting": {
        "data": "digits",
        "label_fraction": 0.5,
        "linear_probe": False,
        "settings": {"epochs": 20, "batch": 64, "learning_rate": 0.025, "searched": False},
    },
}


@pytest.fixture
def exportable(tmp_path: Path) -> Exportable:
    return open_exportable(ExportRequest(run=write_evolution_run(tmp_path / "run", [RESNET])))


def test_a_network_without_weights_has_a_card_that_says_so(exportable: Exportable) -> None:
    card = model_card(exportable)
    for words in (
        "# A network of the search space `nds_resnet`\n\n```\nds=1,1,1,1:ws=16,16,16,16\n```\n",
        "- parameters: 15,226\n",
        "- multiply-adds of one input: 6,717,600\n",
        "- fitness: `params`\n",
        "- strategy: `random_search`",
        "- images: `noise`",
        "- seed: 0\n- evaluations: 1\n- its score: 0, higher is better; the best of the run",
        "There is no `weights.safetensors`",
        "from model import create_model\n\nnetwork = create_model().eval()\n",
        "outputs = network(torch.zeros(1, 3, 32, 32))\n",
        "## What is not known\n\n- its accuracy",
    ):
        assert words in card, words
    assert "built, unlike" not in card


def test_trained_weights_have_their_accuracy_with_its_test_set_and_their_classes(exportable: Exportable) -> None:
    images = open_images("digits")
    card = model_card(
        replace(exportable, origin=Origin(TRAINING), images=images, cell=replace(exportable.cell, best=False))
    )
    for words in (
        "With labels, by `evo.train`; first weights: random.",
        "- images: `digits`, 50% of the training and validation images\n- epochs 20, batch 64, learning_rate 0.025\n",
        "- seed: 3\n- test accuracy after the last epoch: 91.34%, on 359 images of that source's test split",
        "- minus the mean (0.3060, 0.3060, 0.3060), divided by the deviation (0.3240, 0.3240, 0.3240), by channel",
        "- outputs, in order:\n\n```\n0 0\n1 1\n",
        'network = load("weights.safetensors")',
    ):
        assert words in card, words
    assert "- its accuracy" not in card
    assert "; the best of the run" not in card
    probe = {**TRAINING, "setting": {**TRAINING["setting"], "linear_probe": True}}
    assert "of a linear probe, which is no part of the weights," in model_card(
        replace(exportable, origin=Origin(probe))
    )


def test_inherited_weights_and_told_scores_are_named(exportable: Exportable) -> None:
    told = replace(exportable.searched, fitness=Choice(TOLD))
    card = model_card(replace(exportable, origin=Origin(supernet=11), searched=told))
    assert "the weights that it has in the supernet of seed 11" in card
    assert "- fitness: told by whoever asked for candidates" in card


def test_options_that_the_search_had_not_are_named(exportable: Exportable) -> None:
    other = replace(exportable.config, space=Choice("nds_resnet", {"pool": 3}))
    assert "- built, unlike in the search, as `nds_resnet(pool=3)`" in model_card(replace(exportable, config=other))


def test_a_space_of_somebodys_own_has_a_licence_that_is_not_known(exportable: Exportable) -> None:
    other = replace(exportable.config, space=Choice("mine:Mine"))
    assert "What it has of `mine:Mine` has that module's licence, which is not known here." in model_card(
        replace(exportable, config=other)
    )


@pytest.mark.parametrize(
    ("text", "within", "apart"),
    [
        ("a", "`a`", "```\na\n```"),
        ("a`b", "`` a`b ``", "```\na`b\n```"),
        ("```\n<script>", "```` ``` <script> ````", "````\n```\n<script>\n````"),
        ("", "` `", "```\n\n```"),
    ],
)
def test_texts_of_others_stay_code(text: str, within: str, apart: str) -> None:
    assert code(text) == within
    assert block(text) == apart


def test_where_weights_come_from_is_a_line() -> None:
    assert origin_line("run", Origin(TRAINING)) == "weights: trained (random, seed 3), test accuracy 91.34%"
    assert origin_line("run", Origin(supernet=2)) == "weights: inherited from the supernet of seed 2"
    assert origin_line("run", Origin()) == "weights: none; python -m evo.train run trains some"
