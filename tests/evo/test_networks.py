"""Catches: a network with other weights than those it was scored with, a caller's random state that is changed, a
text that is no candidate."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import evo
from evo import networks
from evo.engine.evaluator import score_alone
from evo.engine.plugins import resolve_choice
from evo.records.config import Limits
from evo.retraining.inherited_weights import load_supernet
from evo.retraining.running_statistics import measure_statistics
from evo.retraining.searched_run import open_run
from evo.storage import checkpoint
from evo.storage.run_folder import RunFolder
from spaces import GatedNetwork, InputSpec
from tasks import derive_rng, draw_plain
from tasks.foundation.errors import UsageError
from tests.benchmarks.inherited_start import relative_difference
from tests.evo.retraining.small_runs import DATA as LABELLED
from tests.evo.retraining.small_runs import SPEC
from tests.runs import toy_config
from tests.tiny import TinyNetwork, TinyNetworks
from tests.tiny_images import TinyLabels, tiny_noise

States = list[dict[str, torch.Tensor]]
CONFIG = replace(
    toy_config(seed=3),
    space=resolve_choice("space", "tests.tiny:TinyNetworks", {}),
    fitness=resolve_choice("fitness", "regression", {"steps": 1, "task": "single"}),
)


class SpiedNetworks(TinyNetworks):
    """Tiny networks; ``built`` holds the weights that each was built with."""

    def __init__(self, built: States) -> None:
        self._built = built

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        if not any(parameter.is_meta for parameter in network.parameters()):
            self._built.append({name: value.clone() for name, value in network.state_dict().items()})
        return network


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Return whether two networks' weights are equal bit for bit, where they have the same names and shapes."""
    shapes = [{name: value.shape for name, value in state.items()} for state in (one, other)]
    return shapes[0] == shapes[1] and all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.parametrize("fitness", ["regression", "synflow", "rotation"])
def test_its_weights_are_those_that_it_was_scored_with_bit_for_bit(fitness: str) -> None:
    options = dict(CONFIG.fitness.options) if fitness == "regression" else {}
    if fitness == "rotation":
        options = {"steps": 1, "batch": 2, "held_out": 2, "pictures": 4}
    config = replace(CONFIG, fitness=resolve_choice("fitness", fitness, options))
    built: States = []
    outcome = score_alone(config, "3", objects={"space": SpiedNetworks(built)})
    assert outcome.fitness is not None, outcome.error
    found = networks.initial(config, "3", objects={}).state_dict()
    assert any(same({name: state[name] for name in found if name in state}, found) for state in built)
    assert not same(networks.initial(replace(config, seed=4), "3", objects={}).state_dict(), found)


def test_the_seed_of_a_trial_decides_where_it_is_given() -> None:
    own = networks.initial(CONFIG, "3", objects={}).state_dict()
    assert not same(networks.initial(CONFIG, "3", seed=5, objects={}).state_dict(), own)
    assert same(*(networks.initial(CONFIG, "3", seed=5, objects={}).state_dict() for _ in range(2)))


def test_the_callers_random_state_is_left_alone() -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    networks.initial(CONFIG, "3", objects={})
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_no_candidate_or_no_network_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"candidate '12': .*a width from 1 to 9"):
        networks.initial(CONFIG, "12", seed=1, objects={})
    with pytest.raises(UsageError, match=r"'tests.toy:BitStrings' builds no networks"):
        networks.initial(toy_config(), "0000000000", seed=1, objects={})


def test_without_trained_weights_there_are_no_best(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as folder:
        folder.claim(CONFIG, Limits(1))
    with pytest.raises(UsageError, match=r"no trained weights of '3'; use evo\.train, or weights='initial'"):
        networks.best(tmp_path, "3", objects={})


STEM = "stem.layers.0.weight"


def test_an_architecture_inherits_from_the_supernet_that_derived_it_not_from_the_best(searched: Path) -> None:
    run = evo.load(searched, trust=True)
    records = run.best(2)
    assert len({record.seed for record in records}) == 2
    for record in records:
        assert record.seed is not None
        content = checkpoint.read(searched, record.seed)
        assert content is not None
        expected = checkpoint.unpack(content)[0][f"supernet.body.{STEM}"]
        assert torch.equal(run.network(record, weights="best").state_dict()[STEM], expected)
        assert torch.equal(run.network(record.candidate, weights="best").state_dict()[STEM], expected)
    other = records[0].candidate.replace("sep_conv_3x3", "sep_conv_5x5")
    with pytest.raises(UsageError, match=r"none of its supernets \(10, 11\) derived"):
        run.network(other, weights="best")


def test_what_inherits_computes_what_its_supernet_did_with_statistics_of_its_own(searched: Path) -> None:
    supernets = open_run(searched).with_supernets()
    supernet, progress, _ = load_supernet(supernets, 11, SPEC)
    assert progress.derived is not None
    network = evo.load(searched, trust=True).network(progress.derived, weights="best")
    gated = GatedNetwork(supernet, supernet.gates_of(supernets.space.decode(progress.derived)))
    x = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert relative_difference(gated, network, x) <= 1e-5  # in training mode, as networks are built
    network = evo.load(searched, trust=True).network(progress.derived, weights="best").eval()
    measure_statistics(gated, draw_plain(tiny_noise(), 1000, derive_rng(11, "networks", "statistics")).images)
    assert relative_difference(gated, network, x) <= 1e-5


def test_trained_weights_come_first_the_best_of_them(run: Path) -> None:
    found = evo.load(run, trust=True)
    options = {"train": {"threads": 1, "precision": "float32"}}
    trained = evo.train(found, data=LABELLED, init="both", epochs=2, batch=4, options=options)
    best = max(trained.results, key=lambda result: result.test_accuracy)
    weights = load_file(trained.path / f"{best.init}-seed-0" / "weights.safetensors")
    network = found.network(found.best()[0], weights="best")
    assert same(network.state_dict(), weights)
    assert network(torch.zeros(1, 3, 8, 8)).shape == (1, TinyLabels.num_classes)


def test_images_that_a_training_names_are_imported_only_where_they_are_named_again(run: Path) -> None:
    options = {"train": {"threads": 1, "precision": "float32"}}
    evo.train(evo.load(run, trust=True), data=LABELLED, epochs=1, batch=4, options=options)
    (path,) = run.glob("train/*/*/result.json")
    path.write_text(path.read_text().replace(LABELLED, "os:getcwd"))
    found = evo.load(run)
    with pytest.raises(UsageError, match=r"data '.*is neither built in nor installed"):
        found.network(found.best()[0], weights="best")
    assert found.network(found.best()[0], weights="best", data=TinyLabels()) is not None
    with pytest.raises(UsageError, match="data 'os:getcwd' is neither"):
        networks.best(run, found.best()[0].candidate, objects={})


def test_a_published_form_is_the_candidate_in_its_spaces_text() -> None:
    config = replace(CONFIG, space=resolve_choice("space", "darts", {"channels": 4, "cells": 3}))
    text = networks.own_text(config, "DARTS_V2", objects={})
    assert text.startswith("normal=sep_conv_3x3~0,sep_conv_3x3~1/")
    form = networks.published(config, text, objects={})
    assert form is not None
    assert form.startswith("Genotype(normal=[('sep_conv_3x3', 0), ")
    assert networks.own_text(config, form, objects={}) == text
    assert networks.published(CONFIG, "3", objects={}) is None
    with pytest.raises(UsageError, match="candidate 'DARTS_V9': unknown published cell"):
        networks.own_text(config, "DARTS_V9", objects={})
